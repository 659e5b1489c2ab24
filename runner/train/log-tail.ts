import { plainText } from "../cli/plain-text.ts";

const maxBytes = 16 * 1024;
const maxLines = 200;
// Enough to cut the tail from, after escapes are removed and a line is cut in half.
const keptBytes = 4 * maxBytes;

export type LogTail = { readonly add: (chunk: Buffer) => void; readonly text: () => string };

/** Keeps the end of a program's output: at most 16 KiB and 200 lines, without control characters. */
export function keepTail(): LogTail {
  let kept = Buffer.alloc(0);
  return {
    add: (chunk) => {
      const all = Buffer.concat([kept, chunk]);
      kept = all.subarray(Math.max(0, all.length - keptBytes));
    },
    text: () => cut(plainText(kept.toString("utf8"))),
  };
}

function cut(text: string): string {
  const lines = text.trimEnd().split("\n").slice(-maxLines);
  let bytes = Buffer.byteLength(lines.join("\n"));
  while (bytes > maxBytes && lines.length > 1) bytes -= Buffer.byteLength(lines.shift() ?? "") + 1;
  const tail = lines.join("\n");
  // One single line that is longer than the limit: its end.
  return bytes <= maxBytes ? tail : Buffer.from(tail).subarray(-maxBytes).toString("utf8").replaceAll("\uFFFD", "");
}
