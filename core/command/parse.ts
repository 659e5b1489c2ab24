import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import type { Fault } from "../fault.ts";
import { nearest } from "../nearest.ts";
import { tokenize } from "./tokenize.ts";

/** A command as it stands in a comment, before it is checked against a configuration. */
export type ParsedCommand = {
  readonly name: CommandName;
  readonly words: readonly string[];
  readonly args: readonly (readonly [key: string, value: string])[];
  readonly flags: readonly string[];
  /** The line as written, to quote back. */
  readonly text: string;
};

export type CommandName = keyof typeof commandSyntax;

/** Every command of this version, with its usage and its meaning; /help and the README show exactly these. */
export const commandSyntax = {
  retrain: {
    usage: "/retrain [model] [param=value…] [--fresh] [--commit=SHA]",
    does: "train and evaluate again, with other parameters if given; --fresh trains even if the inputs are unchanged",
    who: "write",
  },
  cancel: {
    usage: "/cancel [model]",
    does: "stop what is at work for this pull request, or for one model of it",
    who: "write",
  },
  recheck: {
    usage: "/recheck",
    does: "compare this pull request and its runs with GitHub, and write its checks and comment again",
    who: "write",
  },
  help: { usage: "/help", does: "list the commands", who: "read" },
} as const;

const maxCommands = 5;
/** Markdown written to be slow takes time that grows with the square of its length: 0.6 s at this one, 10 s at GitHub's. */
const maxRead = 16_384;

export type CommentCommands = {
  readonly commands: readonly ParsedCommand[];
  readonly faults: readonly { readonly text: string; readonly fault: Fault }[];
};

/**
 * The commands of a comment: lines that start with `/` in a top-level paragraph of its CommonMark tree, so never inside
 * code, quotes, lists, HTML or headings. A line such as `/lgtm` that is not near one of ours belongs to another bot.
 * The first 16,384 characters are read.
 */
export function parseComment(body: string): CommentCommands {
  const lines = commandLines(body);
  if (lines.length > maxCommands) {
    const fault: Fault = {
      reason: "too_many_commands",
      message: `expected at most ${maxCommands} commands in a comment, found ${lines.length}; none was run`,
    };
    return { commands: [], faults: [{ text: lines[0]?.text ?? "", fault }] };
  }
  const commands: ParsedCommand[] = [];
  const faults: { text: string; fault: Fault }[] = [];
  for (const line of lines) {
    const parsed = parseLine(line);
    if ("fault" in parsed) faults.push({ text: line.text, fault: parsed.fault });
    else commands.push(parsed);
  }
  return { commands, faults };
}

/** Could the comment hold a command? Says so quickly, without reading its Markdown; false is certain. */
export function mayHoldCommand(body: string): boolean {
  return source(body)
    .split("\n")
    .some((line) => readLine(line.trim()) !== null);
}

function source(body: string): string {
  return body.slice(0, maxRead).toWellFormed().replaceAll("\r\n", "\n");
}

/** A line that is meant for us: its command word, and which of ours it is or, mistyped, most likely means. */
type Line = {
  readonly text: string;
  readonly word: string;
  readonly name: CommandName;
  readonly exact: boolean;
};

/** Null for paths, other bots' commands and everything else. */
function readLine(text: string): Line | null {
  const word = /^\/([A-Za-z][A-Za-z-]*)(?=\s|$)/.exec(text)?.[1];
  if (word === undefined) return null;
  const names = Object.keys(commandSyntax) as CommandName[];
  const exact = names.find((known) => known === word.toLowerCase());
  const meant = nearest(word, names);
  const name = exact ?? names.find((known) => known === meant);
  return name === undefined ? null : { text, word, name, exact: exact !== undefined };
}

function parseLine({ text, word, name, exact }: Line): ParsedCommand | { readonly fault: Fault } {
  if (!exact) return { fault: { reason: "unknown_command", message: `no command /${word}; did you mean /${name}?` } };
  const tokens = tokenize(text.slice(word.length + 1));
  if (!tokens.ok) return { fault: { reason: "bad_argument", message: tokens.message } };
  const seen = new Set<string>();
  for (const [key] of [...tokens.args, ...tokens.flags.map((flag) => [flag] as const)]) {
    if (seen.has(key)) return { fault: { reason: "bad_argument", message: `${key} is given twice` } };
    seen.add(key);
  }
  return { name, words: tokens.words, args: tokens.args, flags: tokens.flags, text };
}

function commandLines(body: string): readonly Line[] {
  if (!mayHoldCommand(body)) return [];
  const text = source(body);
  return paragraphs(text).flatMap((node) => {
    const start = node.position?.start.offset ?? 0;
    const end = node.position?.end.offset ?? 0;
    const plain = node.children.filter((child) => child.type === "text");
    const lines: Line[] = [];
    let offset = start;
    for (const line of text.slice(start, end).split("\n")) {
      const at = offset + (line.length - line.trimStart().length);
      const inText = plain.some(
        (child) => (child.position?.start.offset ?? 0) <= at && at < (child.position?.end.offset ?? 0),
      );
      const read = inText ? readLine(line.trim()) : null;
      if (read !== null) lines.push(read);
      offset += line.length + 1;
    }
    return lines;
  });
}

/** Top-level paragraphs. Text nested so deeply that no tree of it fits the stack was not written to be read. */
function paragraphs(source: string) {
  try {
    const tree = fromMarkdown(source, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
    return tree.children.filter((node) => node.type === "paragraph");
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}
