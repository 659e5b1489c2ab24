import { type Client, orNull } from "./octokit.ts";

/** A file at a commit as bytes, or null when it is not there. At most `maxBytes`; a larger one is an error. */
export async function readFile(
  client: Client,
  path: string,
  ref: string,
  maxBytes: number,
): Promise<Uint8Array | null> {
  const { octokit, owner, repo } = client;
  const found = await orNull(octokit.rest.repos.getContent({ owner, repo, path, ref }));
  if (found === null || Array.isArray(found.data) || found.data.type !== "file") return null;
  if (found.data.size > maxBytes)
    throw new RangeError(`${path} holds ${found.data.size} bytes; at most ${maxBytes} are read`);
  if (found.data.encoding === "base64" && found.data.content !== "") return Buffer.from(found.data.content, "base64");
  // From 1 MB on, the contents API leaves the content out; the blob API has it.
  const blob = await octokit.rest.git.getBlob({ owner, repo, file_sha: found.data.sha });
  return Buffer.from(blob.data.content, "base64");
}

export async function readText(client: Client, path: string, ref: string, maxBytes: number): Promise<string | null> {
  const bytes = await readFile(client, path, ref, maxBytes);
  return bytes === null ? null : new TextDecoder().decode(bytes);
}
