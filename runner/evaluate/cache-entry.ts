import { createHash, type Hash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { endianness } from "node:os";

/**
 * One entry of the prediction cache: 16 bytes that name the format, the key (32 bytes), the SHA-256 of key and scores
 * (32 bytes), then the scores as little-endian doubles, exactly as they were predicted.
 */
const magic = Buffer.from("assay scores 1\n\0", "latin1");

export const headerBytes = 16 + 32 + 32;

const chunkBytes = 8 * 1024 * 1024;

/** Writes an entry through a file handle. `key` is hex SHA-256. */
export async function writeEntry(handle: FileHandle, key: string, scores: Float64Array): Promise<void> {
  const keyBytes = Buffer.from(key, "hex");
  const hash = createHash("sha256").update(keyBytes);
  for (const part of parts(scores)) hash.update(part);
  await handle.write(Buffer.concat([magic, keyBytes, hash.digest()]));
  for (const part of parts(scores)) await writeAll(handle, part);
  // The name must not outlive the bytes when the machine goes down.
  await handle.sync();
}

/** The scores of an entry, or null when it is not exactly the entry of this key and length. */
export async function readEntry(handle: FileHandle, key: string, length: number): Promise<Float64Array | null> {
  const found = await handle.stat();
  if (!found.isFile() || found.size !== headerBytes + length * 8) return null;
  const header = Buffer.alloc(headerBytes);
  await readAll(handle, header, 0);
  const keyBytes = Buffer.from(key, "hex");
  if (!header.subarray(0, 16).equals(magic) || !header.subarray(16, 48).equals(keyBytes)) return null;
  const hash: Hash = createHash("sha256").update(keyBytes);
  const scores = new Float64Array(length);
  let at = headerBytes;
  for (const part of bytesOf(scores)) {
    await readAll(handle, part, at);
    hash.update(part);
    at += part.length;
  }
  if (!hash.digest().equals(header.subarray(48))) return null;
  if (endianness() === "BE") Buffer.from(scores.buffer).swap64();
  return scores;
}

/** The scores as they stand in the file, part by part. */
function* parts(scores: Float64Array): Generator<Buffer> {
  for (const part of bytesOf(scores)) yield endianness() === "BE" ? Buffer.from(part).swap64() : part;
}

/** Views of the array's memory. */
function* bytesOf(scores: Float64Array): Generator<Buffer> {
  for (let at = 0; at < scores.byteLength; at += chunkBytes) {
    const length = Math.min(chunkBytes, scores.byteLength - at);
    yield Buffer.from(scores.buffer, scores.byteOffset + at, length);
  }
}

async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at)).bytesWritten;
}

async function readAll(handle: FileHandle, into: Buffer, position: number): Promise<void> {
  for (let at = 0; at < into.length; ) {
    const { bytesRead } = await handle.read(into, at, into.length - at, position + at);
    if (bytesRead === 0) throw new Error("the file ends early");
    at += bytesRead;
  }
}
