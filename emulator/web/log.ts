/** A job's log as lines and folded groups: time stamps and terminal colors removed, runner markers understood. */
export type LogLine = {
  readonly tone: "plain" | "error" | "warning" | "notice" | "debug" | "command";
  readonly text: string;
};
export type LogEntry =
  | { readonly kind: "line"; readonly number: number; readonly line: LogLine }
  | {
      readonly kind: "group";
      readonly number: number;
      readonly title: string;
      readonly lines: readonly NumberedLine[];
    };
export type NumberedLine = { readonly number: number; readonly line: LogLine };
export type Log = { readonly entries: readonly LogEntry[]; readonly omitted: number };

const escapes = new RegExp(
  "\\u001B(?:\\[[0-?]*[ -/]*[@-~]|\\][^\\u0007\\u001B]*(?:\\u0007|\\u001B\\\\)|[@-Z\\\\-_])",
  "g",
);
const stamp = /^\uFEFF?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z ?/;
const marker = /^(?:##\[|::)(group|endgroup|error|warning|notice|debug|command)(?:\s[^\]:]*)?(?:\]|::)(.*)$/;

/** The last `maxLines` lines of a log; earlier ones are counted as omitted. */
export function parseLog(text: string, maxLines: number): Log {
  const all = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n");
  const omitted = Math.max(0, all.length - maxLines);
  const entries: LogEntry[] = [];
  let group: { number: number; title: string; lines: NumberedLine[] } | null = null;
  for (const [index, source] of all.slice(omitted).entries()) {
    const number = omitted + index + 1;
    const clean = source.replace(escapes, "").replace(stamp, "");
    const found = marker.exec(clean);
    const word = found?.[1];
    const rest = found?.[2] ?? "";
    if (word === "group") {
      group = { number, title: rest, lines: [] };
      entries.push({ kind: "group", ...group });
    } else if (word === "endgroup") group = null;
    else {
      const line: LogLine = found === null ? { tone: "plain", text: clean } : { tone: toneOf(word), text: rest };
      if (group === null) entries.push({ kind: "line", number, line });
      else group.lines.push({ number, line });
    }
  }
  return { entries, omitted };
}

function toneOf(word: string | undefined): LogLine["tone"] {
  switch (word) {
    case "error":
    case "warning":
    case "notice":
    case "debug":
    case "command":
      return word;
    default:
      return "plain";
  }
}
