import { sumOf } from "../stats/sums.ts";

/** Character error rate: edits over characters of the references, summed over all texts; can exceed 1. */
export function cer(predictions: readonly string[], references: readonly string[]): number | null {
  return errorRate(predictions, references, (text) => Array.from(text));
}

/** Word error rate: the same over words, which white space separates. */
export function wer(predictions: readonly string[], references: readonly string[]): number | null {
  return errorRate(predictions, references, words);
}

/** 1 when the prediction equals one of the references after SQuAD's normalization (Rajpurkar 2016), otherwise 0. */
export function exactMatch(prediction: string, references: readonly string[]): 0 | 1 {
  const own = answerTokens(prediction).join(" ");
  return references.some((reference) => answerTokens(reference).join(" ") === own) ? 1 : 0;
}

/**
 * F1 of the shared tokens after SQuAD's normalization, the best over the references. Two empty answers agree (1), an
 * empty and another one share nothing (0); null without references.
 */
export function tokenF1(prediction: string, references: readonly string[]): number | null {
  const own = answerTokens(prediction);
  const values = references.map((reference) => {
    const theirs = answerTokens(reference);
    if (own.length === 0 || theirs.length === 0) return own.length === theirs.length ? 1 : 0;
    return (2 * sharedCount(countOf(own), countOf(theirs))) / (own.length + theirs.length);
  });
  return values.length === 0 ? null : Math.max(...values);
}

/** Words of a text; white space separates them. */
export function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

/** How often each item occurs. */
export function countOf(items: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

/** How many items two counts share; an item counts as often as the rarer side has it. */
export function sharedCount(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let shared = 0;
  for (const [item, count] of a) shared += Math.min(count, b.get(item) ?? 0);
  return shared;
}

function answerTokens(text: string): readonly string[] {
  const bare = text.toLowerCase().replace(/[!-/:-@[-`{-~]/g, "");
  return words(bare.replace(/\b(a|an|the)\b/g, " "));
}

function errorRate(
  predictions: readonly string[],
  references: readonly string[],
  split: (text: string) => readonly string[],
): number | null {
  const parts = references.map((reference, at) => {
    const [own, theirs] = [split(predictions[at] ?? ""), split(reference)];
    return { edits: editDistance(own, theirs), length: theirs.length };
  });
  const length = sumOf(parts.length, (at) => parts[at]?.length ?? 0);
  return length === 0 ? null : sumOf(parts.length, (at) => parts[at]?.edits ?? 0) / length;
}

/** Fewest insertions, deletions and replacements that turn one list into the other (Levenshtein 1966). */
function editDistance(from: readonly string[], to: readonly string[]): number {
  let before = Uint32Array.from({ length: to.length + 1 }, (_, at) => at);
  for (const [row, item] of from.entries()) {
    const now = new Uint32Array(to.length + 1);
    now[0] = row + 1;
    for (const [column, other] of to.entries()) {
      const replaced = (before[column] ?? 0) + (item === other ? 0 : 1);
      now[column + 1] = Math.min(replaced, (before[column + 1] ?? 0) + 1, (now[column] ?? 0) + 1);
    }
    before = now;
  }
  return before[to.length] ?? 0;
}
