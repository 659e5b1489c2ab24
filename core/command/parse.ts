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
  help: { usage: "/help", does: "list the commands", who: "read" },
} as const;

const maxCommands = 5;

export type CommentCommands = {
  readonly commands: readonly ParsedCommand[];
  readonly faults: readonly { readonly text: string; readonly fault: Fault }[];
};

/**
 * The commands of a comment: lines that start with `/` in a top-level paragraph of its CommonMark tree, so never inside
 * code, quotes, lists, HTML or headings. A line such as `/lgtm` that is not near one of ours belongs to another bot.
 */
export function parseComment(body: string): CommentCommands {
  const lines = commandLines(body);
  if (lines.length > maxCommands) {
    const fault: Fault = {
      reason: "too_many_commands",
      message: `expected at most ${maxCommands} commands in a comment, found ${lines.length}; none was run`,
    };
    return { commands: [], faults: [{ text: lines[0] ?? "", fault }] };
  }
  const commands: ParsedCommand[] = [];
  const faults: { text: string; fault: Fault }[] = [];
  for (const line of lines) {
    const parsed = parseLine(line);
    if (parsed === null) continue;
    if ("fault" in parsed) faults.push({ text: line, fault: parsed.fault });
    else commands.push(parsed);
  }
  return { commands, faults };
}

function parseLine(text: string): ParsedCommand | { readonly fault: Fault } | null {
  const word = /^\/([A-Za-z][A-Za-z-]*)(?=\s|$)/.exec(text)?.[1];
  if (word === undefined) return null;
  const names = Object.keys(commandSyntax) as CommandName[];
  const name = names.find((known) => known === word.toLowerCase());
  if (name === undefined) {
    const meant = nearest(word, names);
    if (meant === null) return null;
    return { fault: { reason: "unknown_command", message: `no command /${word}; did you mean /${meant}?` } };
  }
  const tokens = tokenize(text.slice(word.length + 1));
  if (!tokens.ok) return { fault: { reason: "bad_argument", message: tokens.message } };
  const seen = new Set<string>();
  for (const [key] of [...tokens.args, ...tokens.flags.map((flag) => [flag] as const)]) {
    if (seen.has(key)) return { fault: { reason: "bad_argument", message: `${key} is given twice` } };
    seen.add(key);
  }
  return { name, words: tokens.words, args: tokens.args, flags: tokens.flags, text };
}

function commandLines(body: string): readonly string[] {
  const source = body.replaceAll("\r\n", "\n");
  if (!/^ {0,3}\//m.test(source)) return [];
  const tree = fromMarkdown(source, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  return tree.children.flatMap((node) => {
    if (node.type !== "paragraph") return [];
    const start = node.position?.start.offset ?? 0;
    const end = node.position?.end.offset ?? 0;
    const plain = node.children.filter((child) => child.type === "text");
    const lines: string[] = [];
    let offset = start;
    for (const line of source.slice(start, end).split("\n")) {
      const at = offset + (line.length - line.trimStart().length);
      const inText = plain.some(
        (child) => (child.position?.start.offset ?? 0) <= at && at < (child.position?.end.offset ?? 0),
      );
      if (inText && source[at] === "/") lines.push(line.trim());
      offset += line.length + 1;
    }
    return lines;
  });
}
