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
  for (let row = 0; row < n; row++) carried[row] = labels[row] === positive ? row | topBit : row;
  const { rows, keys, low } = sortRows(values, carried);
  const marks = new Uint8Array(n);
  for (let at = 0; at < n; at++) {
    const carriedRow = rows[at] ?? 0;
    const row = carriedRow & rowBits;
    const isTied =
      at > 0 && keys[at] === keys[at - 1] && (low === null || low[row] === low[(rows[at - 1] ?? 0) & rowBits]);
    marks[at] = (isTied ? 0 : 1) | ((carriedRow >>> 31) << 1);
    rows[at] = row;
  }
  return { rows, marks };
}

const topBit = 0x80000000;
const rowBits = 0x7fffffff;

/** Sorted rows with the upper half of their keys in the same order; `low` is the lower half by row, if there is one. */
type SortedRows = { readonly rows: Uint32Array; readonly keys: Uint32Array; readonly low: Uint32Array | null };

function sortRows(values: Float64Array, rows: Uint32Array<ArrayBuffer>): SortedRows {
  const floats = singleKeys(values);
  if (floats !== null) return { ...sortKeys(floats, rows), low: null };
  const { high, low } = doubleKeys(values);
  const sorted = sortKeys(high, rows);
  sortRuns(sorted.keys, sorted.rows, low);
  return { ...sorted, low };
}

/** Few keys are sorted by comparison: the digits of a radix sort cost as much as some hundred rows. */
function sortKeys(keys: Uint32Array, rows: Uint32Array<ArrayBuffer>): Sorted {
  if (keys.length >= 256) return radixSort(keys, rows);
  const sorted = rows.sort((a, b) => {
    return (keys[a & rowBits] ?? 0) - (keys[b & rowBits] ?? 0) || (a & rowBits) - (b & rowBits);
  });
  return { rows: sorted, keys: gather(keys, sorted) };
}

/** Digits of more bits have more places than a cache holds. */
const mostDigitBits = 13;

type Sorted = { readonly keys: Uint32Array; readonly rows: Uint32Array };

/**
 * Least-significant-digit radix sort of rows by their keys, in O(n) and stable: as few digits as the range of the keys
 * needs, two for probabilities in single precision. Keys move with the rows, so that every pass reads in sequence; a
 * digit that all keys share is skipped. Both arrays are used up.
 */
function radixSort(keys: Uint32Array, rows: Uint32Array): Sorted {
  const n = keys.length;
  const { least, bits } = rangeOf(keys);
  const passes = Math.ceil(bits / mostDigitBits);
  const width = Math.ceil(bits / passes);
  let from: Sorted = { keys, rows };
  let to: Sorted = { keys: new Uint32Array(n), rows: new Uint32Array(n) };
  for (let pass = 0; pass < passes; pass++) {
    const digit = { least, shift: pass * width, mask: 2 ** width - 1 };
    const places = countDigits(from.keys, digit);
    if (places.includes(n)) continue;
    cumulate(places);
    scatter(from, to, places, digit);
    [from, to] = [to, from];
  }
  return from;
}

/** The least key, and how many bits the distance of the largest from it has. */
function rangeOf(keys: Uint32Array): { readonly least: number; readonly bits: number } {
  let least = 2 ** 32 - 1;
  let most = 0;
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at] ?? 0;
    if (key < least) least = key;
    if (key > most) most = key;
  }
  return { least, bits: Math.max(1, 32 - Math.clz32(most - least)) };
}

/** Which bits of a key, after `least` is taken from it. */
type Digit = { readonly least: number; readonly shift: number; readonly mask: number };

function countDigits(keys: Uint32Array, { least, shift, mask }: Digit): Uint32Array {
  const counts = new Uint32Array(mask + 1);
  for (let at = 0; at < keys.length; at++) {
    const digit = (((keys[at] ?? 0) - least) >>> shift) & mask;
    counts[digit] = (counts[digit] ?? 0) + 1;
  }
  return counts;
}

function scatter(from: Sorted, to: Sorted, places: Uint32Array, { least, shift, mask }: Digit): void {
  const { keys, rows } = from;
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at] ?? 0;
    const digit = ((key - least) >>> shift) & mask;
    const place = places[digit] ?? 0;
    places[digit] = place + 1;
    to.keys[place] = key;
    to.rows[place] = rows[at] ?? 0;
  }
}

/** Puts rows with an equal upper half in the order of their lower half; such runs are short unless values are odd. */
function sortRuns(high: Uint32Array, rows: Uint32Array, low: Uint32Array): void {
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

function insertionSort(rows: Uint32Array, keys: Uint32Array, start: number, end: number): void {
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

function gather(keys: Uint32Array, rows: Uint32Array): Uint32Array {
  const own = new Uint32Array(rows.length);
  for (let at = 0; at < own.length; at++) own[at] = keys[(rows[at] ?? 0) & rowBits] ?? 0;
  return own;
}

/** The bits of values that are all exact in single precision, as models give them; null when one is not. */
function singleKeys(values: Float64Array): Uint32Array | null {
  const singles = new Float32Array(values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? 0;
    // Adding 0 turns −0 into 0.
    const single = Math.fround(value) + 0;
    if (single !== value) return null;
    singles[row] = single;
  }
  const keys = new Uint32Array(singles.buffer);
  for (let row = 0; row < keys.length; row++) {
    const bits = keys[row] ?? 0;
    keys[row] = bits >>> 31 === 1 ? ~bits : bits | 0x80000000;
  }
  return keys;
}

/** The two halves of each value's bits, changed so that unsigned order is numeric order; −0 counts as 0. */
function doubleKeys(values: Float64Array): { low: Uint32Array; high: Uint32Array } {
  const low = new Uint32Array(values.length);
  const high = new Uint32Array(values.length);
  const one = new Float64Array(1);
  const words = new Uint32Array(one.buffer);
  const upper = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;
  for (let row = 0; row < values.length; row++) {
    one[0] = (values[row] ?? 0) + 0;
    const top = words[upper] ?? 0;
    const bottom = words[1 - upper] ?? 0;
    const negative = top >>> 31 === 1;
    high[row] = negative ? ~top : top | 0x80000000;
    low[row] = negative ? ~bottom : bottom;
  }
  return { low, high };
}

function cumulate(counts: Uint32Array): void {
  let before = 0;
  for (let digit = 0; digit < counts.length; digit++) {
    const count = counts[digit] ?? 0;
    counts[digit] = before;
    before += count;
  }
}
