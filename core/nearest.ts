/**
 * The known word that a mistyped one most likely meant: at an edit distance of at most a third of its length, else one
 * that it begins or ends (`roc` or `auc` for `roc_auc`), else null.
 */
export function nearest(word: string, known: readonly string[]): string | null {
  let best: { word: string; distance: number } | null = null;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance <= Math.max(1, Math.floor(candidate.length / 3)) && (best === null || distance < best.distance)) {
      best = { word: candidate, distance };
    }
  }
  const part = word.toLowerCase();
  const holds = (known: string): boolean => known.startsWith(`${part}_`) || known.endsWith(`_${part}`);
  return best?.word ?? known.find(holds) ?? null;
}

/** Edit distance where swapping two neighbors costs one, as `trian` for `train`; by three rows of the dynamic program. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 0; i < a.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      const substitution = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      const swapped = i > 0 && j > 0 && a[i] === b[j - 1] && a[i - 1] === b[j];
      const swap = swapped ? (before[j - 1] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      next.push(Math.min(substitution, swap, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
