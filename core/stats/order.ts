/** Rows in ascending order of their value; equal values keep their row order. Values must be finite. */
export function argsort(values: Float64Array): Uint32Array {
  const rows = new Uint32Array(values.length);
  for (let row = 0; row < rows.length; row++) rows[row] = row;
  return sortRows(values, rows).rows;
}

/** Rows in ascending order of a score, and what a walk through them needs to know of each without looking it up. */
export type Ranking = {
  readonly rows: Uint32Array;
  /** Bit 0: the first row of its score; bit 1: a row of the positive class. */
  readonly marks: Uint8Array;
};

/** Ranks the rows by their value, with the rows whose label is `positive` marked. At most 2³¹ rows. */
export function rank(values: Float64Array, labels: Int32Array, positive: number): Ranking {
  const n = values.length;
  const carried = new Uint32Array(n);
  // The class travels with the row in its top bit, so that it need not be looked up in a random place afterwards.
  // No branch on the class: it is as good as random. The sign of (x | −x) tells whether x is 0.
  for (let row = 0; row < n; row++) {
    const apart = (labels[row] ?? 0) ^ positive;
    carried[row] = row | (~(apart | -apart) & topBit);
  }
  const { rows, keys, low } = sortRows(values, carried);
  const marks = new Uint8Array(n);
  let [before, rowBefore] = [0, 0];
  for (let at = 0; at < n; at++) {
    const carriedRow = rows[at] ?? 0;
    const row = carriedRow & rowBits;
    const key = keys[at] ?? 0;
    const isTied = at > 0 && key === before && (low === null || low[row] === low[rowBefore]);
    marks[at] = (isTied ? 0 : 1) | ((carriedRow >>> 31) << 1);
    rows[at] = row;
    before = key;
    rowBefore = row;
  }
  return { rows, marks };
}

const topBit = 0x80000000;
const rowBits = 0x7fffffff;

/**
 * Sorted rows with the upper half of their keys in the same order; `low` is the lower half by row, if there is one. Keys
 * are signed integers: the engine computes with those without turning them into doubles.
 */
type SortedRows = { readonly rows: Uint32Array; readonly keys: Int32Array; readonly low: Int32Array | null };

function sortRows(values: Float64Array, rows: Uint32Array<ArrayBuffer>): SortedRows {
  const floats = singleKeys(values);
  if (floats !== null) return { ...sortKeys(floats, rows), low: null };
  const { high, low } = doubleKeys(values);
  const sorted = sortKeys(high, rows);
  sortRuns(sorted.keys, sorted.rows, low);
  return { ...sorted, low };
}

/** Few keys are sorted by comparison: the digits of a radix sort cost as much as some hundred rows. */
function sortKeys(keys: Int32Array, rows: Uint32Array<ArrayBuffer>): Sorted {
  if (keys.length >= 256) return radixSort(keys, rows);
  const sorted = rows.sort((a, b) => {
    return (keys[a & rowBits] ?? 0) - (keys[b & rowBits] ?? 0) || (a & rowBits) - (b & rowBits);
  });
  return { rows: sorted, keys: gather(keys, sorted) };
}

/** Digits of more bits have more places than a cache holds. */
const mostDigitBits = 14;

type Sorted = { readonly keys: Int32Array; readonly rows: Uint32Array };

/**
 * Least-significant-digit radix sort of rows by their keys, in O(n) and stable: as few digits as the range of the keys
 * needs, two for probabilities in single precision, with at most about as many places as there are rows. Keys move with
 * the rows, so that every pass reads in sequence; a digit that all keys share is skipped. Both arrays are used up.
 */
function radixSort(keys: Int32Array, rows: Uint32Array): Sorted {
  const n = keys.length;
  const { least, bits } = rangeOf(keys);
  const passes = Math.ceil(bits / Math.min(mostDigitBits, 32 - Math.clz32(n)));
  const width = Math.ceil(bits / passes);
  let from: Sorted = { keys, rows };
  let to: Sorted = { keys: new Int32Array(n), rows: new Uint32Array(n) };
  for (let pass = 0; pass < passes; pass++) {
    if (!sortByDigit(from, to, { least, shift: pass * width, mask: 2 ** width - 1 })) continue;
    [from, to] = [to, from];
  }
  return from;
}

/** The least key, and how many bits the distance of the largest from it has. */
function rangeOf(keys: Int32Array): { readonly least: number; readonly bits: number } {
  let least = 2 ** 31 - 1;
  let most = -(2 ** 31);
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at] ?? 0;
    if (key < least) least = key;
    if (key > most) most = key;
  }
  return { least, bits: Math.max(1, 32 - Math.clz32(most - least)) };
}

/** Which bits of a key, after `least` is taken from it. */
type Digit = { readonly least: number; readonly shift: number; readonly mask: number };

/** Moves keys and rows into the order of a digit; not if all keys share it, which the result tells. */
function sortByDigit(from: Sorted, to: Sorted, { least, shift, mask }: Digit): boolean {
  const { keys, rows } = from;
  const { keys: toKeys, rows: toRows } = to;
  const n = keys.length;
  const places = new Int32Array(mask + 1);
  for (let at = 0; at < n; at++) {
    const digit = (((keys[at] ?? 0) - least) >>> shift) & mask;
    places[digit] = (places[digit] ?? 0) + 1;
  }
  if (places[(((keys[0] ?? 0) - least) >>> shift) & mask] === n) return false;
  let before = 0;
  for (let digit = 0; digit < places.length; digit++) {
    const count = places[digit] ?? 0;
    places[digit] = before;
    before += count;
  }
  for (let at = 0; at < n; at++) {
    const key = keys[at] ?? 0;
    const digit = ((key - least) >>> shift) & mask;
    const place = places[digit] ?? 0;
    places[digit] = place + 1;
    toKeys[place] = key;
    toRows[place] = rows[at] ?? 0;
  }
  return true;
}

/** Puts rows with an equal upper half in the order of their lower half; such runs are short unless values are odd. */
function sortRuns(high: Int32Array, rows: Uint32Array, low: Int32Array): void {
  for (let start = 0; start < rows.length; ) {
    let end = start + 1;
    while (end < rows.length && high[end] === high[start]) end++;
    if (end - start > 64) {
      const run = rows.slice(start, end);
      rows.set(radixSort(gather(low, run), run).rows, start);
    } else if (end - start > 1) {
      insertionSort(rows, low, start, end);
    }
    start = end;
  }
}

function insertionSort(rows: Uint32Array, keys: Int32Array, start: number, end: number): void {
  for (let at = start + 1; at < end; at++) {
    const row = rows[at] ?? 0;
    const key = keys[row & rowBits] ?? 0;
    let place = at;
    while (place > start && (keys[(rows[place - 1] ?? 0) & rowBits] ?? 0) > key) {
      rows[place] = rows[place - 1] ?? 0;
      place--;
    }
    rows[place] = row;
  }
}

function gather(keys: Int32Array, rows: Uint32Array): Int32Array {
  const own = new Int32Array(rows.length);
  for (let at = 0; at < own.length; at++) own[at] = keys[(rows[at] ?? 0) & rowBits] ?? 0;
  return own;
}

/** The bits of values that are all exact in single precision, as models give them; null when one is not. */
function singleKeys(values: Float64Array): Int32Array | null {
  const singles = new Float32Array(values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? 0;
    // Adding 0 turns −0 into 0.
    const single = Math.fround(value) + 0;
    if (single !== value) return null;
    singles[row] = single;
  }
  const keys = new Int32Array(singles.buffer);
  for (let row = 0; row < keys.length; row++) keys[row] = ascendingBits(keys[row] ?? 0);
  return keys;
}

/** The sign and magnitude of a float's upper bits as an integer in the same order. */
function ascendingBits(bits: number): number {
  return bits ^ ((bits >> 31) & 0x7fffffff);
}

/** The two halves of each value's bits, changed so that their order is numeric order; −0 counts as 0. */
function doubleKeys(values: Float64Array): { low: Int32Array; high: Int32Array } {
  const low = new Int32Array(values.length);
  const high = new Int32Array(values.length);
  const one = new Float64Array(1);
  const words = new Int32Array(one.buffer);
  const upper = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;
  for (let row = 0; row < values.length; row++) {
    one[0] = (values[row] ?? 0) + 0;
    const top = words[upper] ?? 0;
    const bottom = words[1 - upper] ?? 0;
    high[row] = ascendingBits(top);
    // The lower half has no sign of its own: its top bit is turned around, and all bits where the number is negative.
    low[row] = (top < 0 ? ~bottom : bottom) ^ topBit;
  }
  return { low, high };
}
