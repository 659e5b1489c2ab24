import type { DuckDBDataChunk, DuckDBResult } from "@duckdb/node-api";

/** The rows of an answer, a few thousand at a time. */
export async function* chunksOf(result: DuckDBResult): AsyncGenerator<DuckDBDataChunk, void, undefined> {
  let next = result.fetchChunk();
  try {
    for (;;) {
      const chunk = await next;
      if (chunk === null || chunk.rowCount === 0) return;
      // The database works on the next rows while these are taken.
      next = result.fetchChunk();
      yield chunk;
    }
  } finally {
    await next.catch(() => null);
  }
}
