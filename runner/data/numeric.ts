/** Whether every value of a column of this type is a number: `DESCRIBE`'s names of types. */
export function isNumeric(type: string): boolean {
  return /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*\))$/.test(type);
}

/** Whether a column of this type holds lists; the second is their length where the type fixes it. */
export function listType(type: string): { readonly element: string; readonly length: number | null } | null {
  const [, element, length] = /^(.*)\[(\d*)\]$/s.exec(type) ?? [];
  if (element === undefined) return null;
  return { element, length: length === undefined || length === "" ? null : Number(length) };
}
