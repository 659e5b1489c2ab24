/** Rows in ascending order of their value; equal values keep their row order. Values must be finite. */
export function argsort(values: Float64Array): Uint32Array {
  const rows = new Uint32Array(values.length);
  for (let row = 0; row < rows.length; row++) rows[row] = row;
  if (values.length < 1_000) return rows.sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0) || a - b);
  return radixSort(values, rows);
}

const digitBits = 11;
const digits = 1 << digitBits;

/**
 * Least-significant-digit radix sort over the 64 bits of each value, six digits of 11 bits, in O(n). A digit that all
 * rows share is skipped: values that came from float32 have 29 zero bits at the low end.
 */
function radixSort(values: Float64Array, rows: Uint32Array<ArrayBuffer>): Uint32Array {
  const { low, high } = sortableBits(values);
  let from = rows;
  let to = new Uint32Array(rows.length);
  const starts = new Uint32Array(digits);
  for (let shift = 0; shift < 64; shift += digitBits) {
    starts.fill(0);
    for (let row = 0; row < rows.length; row++) {
      const digit = digitAt(low[row] ?? 0, high[row] ?? 0, shift);
      starts[digit] = (starts[digit] ?? 0) + 1;
    }
    if (starts.includes(rows.length)) continue;
    cumulate(starts);
    for (const row of from) {
      const digit = digitAt(low[row] ?? 0, high[row] ?? 0, shift);
      const place = starts[digit] ?? 0;
      to[place] = row;
      starts[digit] = place + 1;
    }
    [from, to] = [to, from];
  }
  return from;
}

/** The bits of each value, changed so that unsigned order is numeric order; −0 counts as 0. */
function sortableBits(values: Float64Array): { low: Uint32Array; high: Uint32Array } {
  // Adding 0 turns −0 into 0.
  const words = new Uint32Array(values.map((value) => value + 0).buffer);
  const low = new Uint32Array(values.length);
  const high = new Uint32Array(values.length);
  const lowFirst = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
  for (let row = 0; row < values.length; row++) {
    const first = words[2 * row] ?? 0;
    const second = words[2 * row + 1] ?? 0;
    const top = lowFirst ? second : first;
    const bottom = lowFirst ? first : second;
    const negative = top >>> 31 === 1;
    high[row] = negative ? ~top : top | 0x80000000;
    low[row] = negative ? ~bottom : bottom;
  }
  return { low, high };
}

function digitAt(low: number, high: number, shift: number): number {
  if (shift >= 32) return (high >>> (shift - 32)) & (digits - 1);
  const bottom = low >>> shift;
  const top = shift + digitBits > 32 ? high << (32 - shift) : 0;
  return (bottom | top) & (digits - 1);
}

function cumulate(counts: Uint32Array): void {
  let before = 0;
  for (let digit = 0; digit < counts.length; digit++) {
    const count = counts[digit] ?? 0;
    counts[digit] = before;
    before += count;
  }
}
