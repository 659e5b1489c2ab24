import type { DuckDBDataChunk } from "@duckdb/node-api";
import duckdb from "@duckdb/node-bindings";

/**
 * Views of the columns of a chunk, on the database's own memory: no value is copied, and none becomes an object. A view
 * is good as long as its chunk is.
 */
export function bytesOf(chunk: DuckDBDataChunk, column: number, bytesPerRow: number): Uint8Array {
  return duckdb.vector_get_data(duckdb.data_chunk_get_vector(chunk.chunk, column), chunk.rowCount * bytesPerRow);
}

/** A column of type DOUBLE. Where a value is NULL, any number may stand. */
export function doublesOf(chunk: DuckDBDataChunk, column: number): Float64Array {
  const { buffer, byteOffset } = bytesOf(chunk, column, 8);
  return new Float64Array(buffer, byteOffset, chunk.rowCount);
}

/** A column of type VARCHAR as four words per row: the length, then up to twelve bytes, or a prefix and a pointer. */
export function textWordsOf(chunk: DuckDBDataChunk, column: number): Uint32Array {
  const { buffer, byteOffset } = bytesOf(chunk, column, 16);
  return new Uint32Array(buffer, byteOffset, chunk.rowCount * 4);
}

/** The bytes of a text of more than twelve, by its row. */
export function longText(words: Uint32Array, row: number): Uint8Array {
  const { buffer, byteOffset } = words;
  if (!(buffer instanceof ArrayBuffer)) throw new TypeError("the database shares no memory between threads");
  return duckdb.get_data_from_pointer(buffer, byteOffset + row * 16 + 8, words[row * 4] ?? 0);
}

/** A bit per row, 1 where there is a value; null: there is one in every row. */
export function validityOf(chunk: DuckDBDataChunk, column: number): Uint8Array | null {
  const vector = duckdb.data_chunk_get_vector(chunk.chunk, column);
  const bytes: Uint8Array | null = duckdb.vector_get_validity(vector, Math.ceil(chunk.rowCount / 64) * 8);
  return bytes;
}

export function isValid(validity: Uint8Array | null, row: number): boolean {
  return validity === null || (((validity[row >> 3] ?? 0) >> (row & 7)) & 1) === 1;
}

/** A column of lists: per row four words, of which the first is where its elements start and the third their number. */
export type Lists = { readonly entries: Uint32Array; readonly elements: Uint8Array };

export function listsOf(chunk: DuckDBDataChunk, column: number, bytesPerElement: number): Lists {
  const vector = duckdb.data_chunk_get_vector(chunk.chunk, column);
  const { buffer, byteOffset } = duckdb.vector_get_data(vector, chunk.rowCount * 16);
  const size = duckdb.list_vector_get_size(vector);
  return {
    entries: new Uint32Array(buffer, byteOffset, chunk.rowCount * 4),
    elements: duckdb.vector_get_data(duckdb.list_vector_get_child(vector), size * bytesPerElement),
  };
}
