import { createHash } from "node:crypto";

export type Random = { readonly uniform: () => number; readonly normal: () => number };

/**
 * Random numbers for simulations, determined by the parts of `seed` (sfc32 by Chris Doty-Humphrey, public domain). Not the
 * product's generator, so that a flaw of that one could not hide itself.
 */
export function randomFrom(...seed: readonly (string | number)[]): Random {
  const digest = createHash("sha256").update(JSON.stringify(seed)).digest();
  let a = digest.readInt32LE(0);
  let b = digest.readInt32LE(4);
  let c = digest.readInt32LE(8);
  let counter = 1;
  const word = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let warm = 0; warm < 12; warm += 1) word();
  const uniform = (): number => (word() + 0.5) / 2 ** 32;
  return { uniform, normal: normalsFrom(uniform) };
}

/** Standard normal numbers by Marsaglia's polar method, two at a time. */
function normalsFrom(uniform: () => number): () => number {
  let kept = Number.NaN;
  return () => {
    if (!Number.isNaN(kept)) {
      const value = kept;
      kept = Number.NaN;
      return value;
    }
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      kept = y * scale;
      return x * scale;
    }
  };
}
