/** Whether every value of a column of this type is a number: `DESCRIBE`'s names of types. */
export function isNumeric(type: string): boolean {
  return /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*\))$/.test(type);
}

const signed = ["TINYINT", "SMALLINT", "INTEGER", "BIGINT"];
const unsigned = ["UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"];

/** Whether a column of one type of whole numbers holds every value of another: then nothing needs to be tried. */
export function holdsAll(column: string, values: string): boolean {
  const [own, other] = [signed.indexOf(column), signed.indexOf(values)];
  const [ownUnsigned, otherUnsigned] = [unsigned.indexOf(column), unsigned.indexOf(values)];
  if (other >= 0) return own >= other;
  return otherUnsigned >= 0 && (ownUnsigned >= otherUnsigned || own > otherUnsigned);
}

/** Whether a column of this type holds lists; the second is their length where the type fixes it. */
export function listType(type: string): { readonly element: string; readonly length: number | null } | null {
  const [, element, length] = /^(.*)\[(\d*)\]$/s.exec(type) ?? [];
  if (element === undefined) return null;
  return { element, length: length === undefined || length === "" ? null : Number(length) };
}
