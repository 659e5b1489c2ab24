/** A row may become visible after one with a greater number, by as many as are written at the same time. */
const overlap = 200;

/**
 * Gives the rows of a table that have come since the last look, each once: read from `begin` on, by their numbers, with
 * those that may have become visible late.
 */
export function follow<Row extends { readonly seq: number }>(
  begin: () => Promise<number>,
  readAfter: (seq: number) => Promise<readonly Row[]>,
): () => Promise<readonly Row[]> {
  let newest: number | null = null;
  let seen = new Set<number>();
  return async () => {
    newest ??= await begin();
    const fresh = (await readAfter(newest - overlap)).filter(({ seq }) => !seen.has(seq));
    for (const { seq } of fresh) {
      seen.add(seq);
      newest = Math.max(newest, seq);
    }
    const oldest = newest - overlap;
    seen = new Set([...seen].filter((seq) => seq > oldest));
    return fresh;
  };
}
