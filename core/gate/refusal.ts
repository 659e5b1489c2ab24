/** Why a gate cannot be read: what is wrong, at which 1-based column, and what could stand there. */
export type GateFault = { readonly message: string; readonly column: number; readonly expected: readonly string[] };

/** Carries a GateFault from the depth of the parser to parseGate, which turns it into a value. */
export class Refusal extends Error {
  readonly fault: GateFault;

  constructor(fault: GateFault) {
    super(fault.message);
    this.name = "Refusal";
    this.fault = fault;
  }
}

/** Ends the parse at a column. */
export function refuse(column: number, message: string, expected: readonly string[]): never {
  throw new Refusal({ message, column, expected });
}
