import { countOf, sharedCount, words } from "./text.ts";

/** N-grams of a text against those of its reference: shared, and how many each has. */
type Overlap = { readonly shared: number; readonly own: number; readonly theirs: number };

const longest = 4;

/**
 * Corpus BLEU (Papineni 2002): geometric mean of the clipped precisions of 1- to 4-grams of words, times the brevity
 * penalty against the references closest in length (the shorter of two). No smoothing: 0 when an order has no match.
 * Null without words in the predictions.
 */
export function bleu(predictions: readonly string[], references: readonly (readonly string[])[]): number | null {
  const matched = new Float64Array(longest);
  const possible = new Float64Array(longest);
  let own = 0;
  let closest = 0;
  for (const [at, prediction] of predictions.entries()) {
    const tokens = words(prediction);
    const theirs = (references[at] ?? []).map(words);
    own += tokens.length;
    closest += closestLength(tokens.length, theirs);
    for (let n = 1; n <= longest; n++) {
      const most = mostOf(theirs.map((reference) => countOf(grams(reference, n, " "))));
      const found = countOf(grams(tokens, n, " "));
      matched[n - 1] = (matched[n - 1] ?? 0) + sharedCount(found, most);
      possible[n - 1] = (possible[n - 1] ?? 0) + Math.max(0, tokens.length - n + 1);
    }
  }
  if (own === 0) return null;
  if (matched.includes(0)) return 0;
  const logs = matched.reduce((sum, count, at) => sum + Math.log(count / (possible[at] ?? 1)), 0);
  return Math.exp(logs / longest + Math.min(0, 1 - closest / own));
}

/**
 * chrF of a corpus (Popović 2015; with word n-grams chrF++, 2017): mean over the orders of F_β of the n-grams, β = 2,
 * without white space; each text against the reference that gives it the most. Null without n-grams on either side.
 */
export function chrf(
  predictions: readonly string[],
  references: readonly (readonly string[])[],
  orders: { readonly characters: number; readonly words: number } = { characters: 6, words: 2 },
): number | null {
  const count = orders.characters + orders.words;
  let total: readonly Overlap[] = Array.from({ length: count }, () => ({ shared: 0, own: 0, theirs: 0 }));
  for (const [at, prediction] of predictions.entries()) {
    const own = gramCounts(prediction, orders);
    let best: readonly Overlap[] = [];
    for (const reference of references[at] ?? []) {
      const theirs = gramCounts(reference, orders);
      const overlaps = own.map((counts, order) => overlapOf(counts, theirs[order] ?? new Map()));
      if (best.length === 0 || meanF(overlaps) > meanF(best)) best = overlaps;
    }
    total = total.map((sum, order) => plus(sum, best[order]));
  }
  return total.some(({ own, theirs }) => own > 0 || theirs > 0) ? meanF(total) : null;
}

function overlapOf(own: ReadonlyMap<string, number>, theirs: ReadonlyMap<string, number>): Overlap {
  const size = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((sum, n) => sum + n, 0);
  return { shared: sharedCount(own, theirs), own: size(own), theirs: size(theirs) };
}

function plus(a: Overlap, b: Overlap | undefined): Overlap {
  if (b === undefined) return a;
  return { shared: a.shared + b.shared, own: a.own + b.own, theirs: a.theirs + b.theirs };
}

function meanF(overlaps: readonly Overlap[]): number {
  const values = overlaps.map(({ shared, own, theirs }) => (shared === 0 ? 0 : (5 * shared) / (own + 4 * theirs)));
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function gramCounts(
  text: string,
  orders: { readonly characters: number; readonly words: number },
): readonly ReadonlyMap<string, number>[] {
  const characters = Array.from(text.replace(/\s+/g, ""));
  const tokens = words(text).flatMap(apart);
  return [
    ...Array.from({ length: orders.characters }, (_, at) => countOf(grams(characters, at + 1, ""))),
    ...Array.from({ length: orders.words }, (_, at) => countOf(grams(tokens, at + 1, " "))),
  ];
}

/** chrF++ takes one mark of punctuation off the end of a word, or else off its start. */
function apart(word: string): readonly string[] {
  const mark = /[!-/:-@[-`{-~]/;
  if (word.length < 2) return [word];
  if (mark.test(word.slice(-1))) return [word.slice(0, -1), word.slice(-1)];
  return mark.test(word.slice(0, 1)) ? [word.slice(0, 1), word.slice(1)] : [word];
}

function grams(items: readonly string[], n: number, between: string): readonly string[] {
  return Array.from({ length: Math.max(0, items.length - n + 1) }, (_, at) => items.slice(at, at + n).join(between));
}

function mostOf(counts: readonly ReadonlyMap<string, number>[]): ReadonlyMap<string, number> {
  const most = new Map<string, number>();
  for (const of of counts) {
    for (const [item, count] of of) most.set(item, Math.max(count, most.get(item) ?? 0));
  }
  return most;
}

function closestLength(own: number, references: readonly (readonly string[])[]): number {
  const lengths = references.map((reference) => reference.length).toSorted((a, b) => a - b);
  let best = lengths[0] ?? 0;
  for (const length of lengths) if (Math.abs(length - own) < Math.abs(best - own)) best = length;
  return best;
}
