/** A mistake that a schema cannot see. The path leads from the part that is checked to the mistake. */
export type SemanticFault = { readonly path: readonly PropertyKey[]; readonly message: string };
