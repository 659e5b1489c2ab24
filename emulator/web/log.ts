/** A job's log as lines and folded groups: time stamps and terminal colors removed, runner markers understood. */
import { stripVTControlCharacters } from "node:util";

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

const stamp = /^\uFEFF?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z ?/;
const marker = /^(?:##\[|::)(group|endgroup|error|warning|notice|debug|command)(?:\s[^\]:]*)?(?:\]|::)(.*)$/;

/** The last `maxLines` lines of a log; earlier ones are counted as omitted. */
export function parseLog(text: string, maxLines: number): Log {
  const all = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n");
  const omitted = Math.max(0, all.length - maxLines);
  const entries: LogEntry[] = [];
  let group: { number: number; title: string; lines: NumberedLine[] } | null = null;
  const push = (line: NumberedLine) => {
    if (group === null) entries.push({ kind: "line", ...line });
    else group.lines.push(line);
  };
  for (const [index, source] of all.slice(omitted).entries()) {
    const number = omitted + index + 1;
    const clean = stripVTControlCharacters(source).replace(stamp, "");
    const found = marker.exec(clean);
    const word = found?.[1];
    const rest = found?.[2] ?? "";
    const ran = clean.startsWith("[command]") ? clean.slice("[command]".length) : null;
    if (ran !== null) push({ number, line: { tone: "command", text: ran } });
    else if (word === "group") {
      group = { number, title: rest, lines: [] };
      entries.push({ kind: "group", ...group });
    } else if (word === "endgroup") group = null;
    else {
      const line: LogLine = found === null ? { tone: "plain", text: clean } : { tone: toneOf(word), text: rest };
      push({ number, line });
    }
  }
  return { entries, omitted };
}

const tones = ["error", "warning", "notice", "debug", "command"] as const;

function toneOf(word: string | undefined): LogLine["tone"] {
  return tones.find((tone) => tone === word) ?? "plain";
}
