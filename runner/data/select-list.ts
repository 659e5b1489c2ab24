/** The expressions of one SELECT; the same expression is read once. */
export type SelectList = {
  /** Gives the expression's place in the answer. */
  readonly add: (expression: string) => number;
  readonly expressions: readonly string[];
};

export function createSelectList(): SelectList {
  const expressions: string[] = [];
  const add = (expression: string): number => {
    const known = expressions.indexOf(expression);
    return known >= 0 ? known : expressions.push(expression) - 1;
  };
  return { add, expressions };
}
