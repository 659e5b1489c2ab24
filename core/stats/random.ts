import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";

/** The two 32-bit words of a Philox key. */
export type RandomKey = { readonly low: number; readonly high: number };

/** What a counter is used for stands in its last word, so that no two uses of a key share a number. */
const purpose = { uniform: 1, poisson: 2, multinomial: 3, bits: 4 } as const;

/**
 * The key of a seed and a path, from the SHA-256 of the parts. Every part is preceded by its length, so that
 * ["ab", "c"] and ["a", "bc"] differ.
 */
export function randomKey(seed: string, ...path: readonly string[]): RandomKey {
  const hash = sha256.create();
  for (const part of [seed, ...path]) {
    const bytes = utf8ToBytes(part);
    hash.update(utf8ToBytes(`${bytes.length}:`)).update(bytes);
  }
  const view = new DataView(hash.digest().buffer);
  return { low: view.getUint32(0), high: view.getUint32(4) };
}

/**
 * Philox4x32-10: four random words of a key and a counter (Salmon, Moraes, Dror and Shaw 2011, "Parallel random
 * numbers: as easy as 1, 2, 3", SC11). The same key and counter always give the same words.
 */
export function philox(key: RandomKey, counter: readonly [number, number, number, number], out: Uint32Array): void {
  out.set(counter);
  permute(key, out);
}

/** The upper 32 bits of the product of two 32-bit words: from 16-bit halves, as a signed integer of the same bits. */
export function upperProduct(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16);
  const carry = Math.imul(aLow, bHigh) + (middle & 0xffff);
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (carry >>> 16)) | 0;
}

/** Ten rounds of Philox on the first four words, in place. */
function permute(key: RandomKey, words: Uint32Array): void {
  let a = (words[0] ?? 0) | 0;
  let b = (words[1] ?? 0) | 0;
  let c = (words[2] ?? 0) | 0;
  let d = (words[3] ?? 0) | 0;
  let low = key.low | 0;
  let high = key.high | 0;
  for (let round = 0; round < 10; round++) {
    const first = upperProduct(a, 0xd2511f53);
    const second = upperProduct(c, 0xcd9e8d57);
    const nextA = second ^ b ^ low;
    const nextC = first ^ d ^ high;
    b = Math.imul(c, 0xcd9e8d57);
    d = Math.imul(a, 0xd2511f53);
    a = nextA;
    c = nextC;
    low = (low + 0x9e3779b9) | 0;
    high = (high + 0xbb67ae85) | 0;
  }
  words[0] = a;
  words[1] = b;
  words[2] = c;
  words[3] = d;
}

/** Random words of a key, one after the other; every stream and purpose has its own. */
function words(key: RandomKey, stream: number, use: number): () => number {
  const block = new Uint32Array(4);
  let at = 4;
  let next = 0;
  return () => {
    if (at === 4) {
      block[0] = next;
      block[1] = 0;
      block[2] = stream;
      block[3] = use;
      permute(key, block);
      next++;
      at = 0;
    }
    return block[at++] ?? 0;
  };
}

/** Random 32-bit words, for signs and subsets. */
export function randomWords(key: RandomKey, stream: number): () => number {
  return words(key, stream, purpose.bits);
}

/** Uniform numbers in [0, 1) with 53 random bits each; streams of one key are independent. */
export function uniforms(key: RandomKey, stream: number): () => number {
  const word = words(key, stream, purpose.uniform);
  return () => ((word() >>> 5) * 0x4000000 + (word() >>> 6)) / 0x20000000000000;
}

/**
 * How many of 65,536 equally likely draws give 0, 1, 2, …: Poisson(1) to within one draw per value, chosen so that the
 * mean and the variance are exactly 1.
 */
export const poissonShares: readonly number[] = [24109, 24110, 12055, 4017, 1005, 201, 34, 4, 1];

const poissonTable = tableOf(poissonShares);

function tableOf(shares: readonly number[]): Uint8Array {
  const table = new Uint8Array(1 << 16);
  let start = 0;
  for (const [value, share] of shares.entries()) {
    table.fill(value, start, start + share);
    start += share;
  }
  return table;
}

/** How often each unit is drawn in one replicate of a Poisson bootstrap: Poisson(1), independent of the others. */
export function poissonCounts(key: RandomKey, replicate: number, out: Uint8Array): void {
  const block = new Uint32Array(4);
  const units = out.length;
  for (let unit = 0, index = 0; unit < units; index++) {
    block[0] = index;
    block[1] = 0;
    block[2] = replicate;
    block[3] = purpose.poisson;
    permute(key, block);
    for (let at = 0; at < 4; at++) {
      const word = block[at] ?? 0;
      // Writes past the end of a typed array are ignored.
      out[unit] = poissonTable[word & 0xffff] ?? 0;
      out[unit + 1] = poissonTable[word >>> 16] ?? 0;
      unit += 2;
    }
  }
}

/** Uniform integers below a limit of less than 2³², without bias (Lemire 2019, ACM TOMACS 29:3). */
export function integers(key: RandomKey, stream: number): (limit: number) => number {
  const word = words(key, stream, purpose.multinomial);
  return (limit) => {
    for (;;) {
      const drawn = word();
      const rest = Math.imul(drawn, limit) >>> 0;
      // The division is left for the few words that can be among those to reject.
      if (rest >= limit || rest >= (0x100000000 - limit) % limit) return upperProduct(drawn, limit) >>> 0;
    }
  };
}

/** How often each of n units is drawn in n draws with replacement: the ordinary bootstrap. */
export function multinomialCounts(key: RandomKey, replicate: number, out: Uint8Array): void {
  out.fill(0);
  const below = integers(key, replicate);
  const units = out.length;
  for (let draw = 0; draw < units; draw++) {
    const unit = below(units);
    // A unit drawn 256 times, where a count would start over, is as good as impossible: below one in 10^500.
    out[unit] = (out[unit] ?? 0) + 1;
  }
}
