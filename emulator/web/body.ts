/** Reads a posted form. */
import type { IncomingMessage } from "node:http";

const maxBytes = 4 * 1024 * 1024;

/** Fields by name, repeated ones joined with commas, line ends as "\n"; null when the form is larger than 4 MiB. */
export async function readForm(request: IncomingMessage): Promise<ReadonlyMap<string, string> | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      const bytes = Buffer.from(chunk);
      size += bytes.length;
      if (size <= maxBytes) chunks.push(bytes);
    }
  } catch {
    // The browser went away in the middle; nobody reads the answer.
    return null;
  }
  if (size > maxBytes) return null;
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(Buffer.concat(chunks).toString("utf8"))) {
    const text = value.replaceAll("\r\n", "\n");
    const earlier = fields.get(name);
    fields.set(name, earlier === undefined ? text : `${earlier},${text}`);
  }
  return fields;
}
