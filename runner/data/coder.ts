import type { DuckDBDataChunk } from "@duckdb/node-api";
import { isValid, longText, textWordsOf, validityOf } from "./chunk.ts";

/** Numbers texts in the order in which they first occur. */
export type Coder = {
  /** The texts by their numbers; grows. */
  readonly values: readonly string[];
  /** The numbers of a column's texts, −1 where there is none. The array is used again by the next call. */
  readonly codesOf: (chunk: DuckDBDataChunk, column: number) => Int32Array;
};

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * A dictionary that meets most texts without making a string of them: up to twelve bytes, the four words in which the
 * database keeps a text are its key in an open-addressed table.
 */
export function createCoder(): Coder {
  const values: string[] = [];
  const long = new Map<string, number>();
  let capacity = 256;
  let keys = new Uint32Array(capacity * 4);
  let codes = new Int32Array(capacity).fill(-1);
  let short = 0;
  let out = new Int32Array(0);

  const slotOf = (a: number, b: number, c: number, d: number): number => {
    let slot = hash(a, b, c, d) & (capacity - 1);
    for (; codes[slot] !== -1; slot = (slot + 1) & (capacity - 1)) {
      const at = slot * 4;
      if (keys[at] === a && keys[at + 1] === b && keys[at + 2] === c && keys[at + 3] === d) return slot;
    }
    return slot;
  };
  const grow = (): void => {
    const [oldKeys, oldCodes] = [keys, codes];
    capacity *= 2;
    keys = new Uint32Array(capacity * 4);
    codes = new Int32Array(capacity).fill(-1);
    for (let old = 0; old < oldCodes.length; old++) {
      const code = oldCodes[old] ?? -1;
      if (code < 0) continue;
      const key = oldKeys.subarray(old * 4, old * 4 + 4);
      const slot = slotOf(key[0] ?? 0, key[1] ?? 0, key[2] ?? 0, key[3] ?? 0);
      keys.set(key, slot * 4);
      codes[slot] = code;
    }
  };
  const codeOfShort = (words: Uint32Array, row: number): number => {
    const at = row * 4;
    const slot = slotOf(words[at] ?? 0, words[at + 1] ?? 0, words[at + 2] ?? 0, words[at + 3] ?? 0);
    const known = codes[slot] ?? -1;
    if (known >= 0) return known;
    const bytes = new Uint8Array(words.buffer, words.byteOffset + row * 16 + 4, words[at] ?? 0);
    const code = values.push(decoder.decode(bytes)) - 1;
    keys.set(words.subarray(at, at + 4), slot * 4);
    codes[slot] = code;
    short += 1;
    if (short * 2 > capacity) grow();
    return code;
  };
  const codeOfLong = (words: Uint32Array, row: number): number => {
    const text = decoder.decode(longText(words, row));
    const known = long.get(text);
    if (known !== undefined) return known;
    const code = values.push(text) - 1;
    long.set(text, code);
    return code;
  };
  const codesOf = (chunk: DuckDBDataChunk, column: number): Int32Array => {
    const { rowCount } = chunk;
    if (out.length < rowCount) out = new Int32Array(rowCount);
    const words = textWordsOf(chunk, column);
    const validity = validityOf(chunk, column);
    for (let row = 0; row < rowCount; row++) {
      if (!isValid(validity, row)) out[row] = -1;
      else out[row] = (words[row * 4] ?? 0) > 12 ? codeOfLong(words, row) : codeOfShort(words, row);
    }
    return out;
  };
  return { values, codesOf };
}

/** Mixes four words; the multipliers are those of MurmurHash3 (Appleby, public domain). */
function hash(a: number, b: number, c: number, d: number): number {
  let h = Math.imul(a, 0xcc9e2d51) ^ b;
  h = Math.imul(h ^ (h >>> 15), 0x1b873593) ^ c;
  h = Math.imul(h ^ (h >>> 13), 0x85ebca6b) ^ d;
  h = Math.imul(h ^ (h >>> 16), 0xc2b2ae35);
  return h ^ (h >>> 13);
}
