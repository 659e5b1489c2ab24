import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parseComment } from "../../../core/command/parse.ts";

const names = (body: string) => parseComment(body).commands.map(({ text }) => text);
const faults = (body: string) => parseComment(body).faults.map(({ fault }) => `${fault.reason}: ${fault.message}`);

/** Where a line that starts with a slash is a command, and where it is part of something else. */
const places: readonly (readonly [where: string, body: string, ...commands: readonly string[]])[] = [
  ["alone", "/retrain", "/retrain"],
  ["between two paragraphs", "Hello\n\n/retrain damage\n\nBye", "/retrain damage"],
  ["as a line of a paragraph", "Let us see:\n/retrain damage\nThanks", "/retrain damage"],
  ["twice", "/retrain damage\n/retrain delay", "/retrain damage", "/retrain delay"],
  ["with Windows line ends", "Hi\r\n/retrain damage\r\n/help\r\n", "/retrain damage", "/help"],
  ["indented by three", "   /help", "/help"],
  ["in capitals", "/Retrain damage", "/Retrain damage"],
  ["after a heading", "# Plan\n/help", "/help"],
  ["before an underline of dashes", "/help\n\n---", "/help"],
  ["with emphasis in its line", "/retrain damage *now*", "/retrain damage *now*"],
  ["in the middle of a line", "please /retrain damage"],
  ["in fenced code", "```\n/retrain\n```"],
  ["in fenced code with tildes", "~~~sh\n/retrain\n~~~"],
  ["in a fence that never ends", "```\n/retrain\n\n/help"],
  ["in a longer fence around a shorter one", "````\n```\n/retrain\n```\n/help\n````"],
  ["in a fence right after text", "text\n```\n/retrain\n```"],
  ["in indented code", "    /retrain"],
  ["in code indented by a tab", "\t/retrain"],
  ["in a quote", "> /retrain"],
  ["in a lazy line of a quote", "> hello\n/retrain"],
  ["in a list", "- /retrain\n- /help"],
  ["in a paragraph of a list item", "- hello\n\n  /retrain"],
  ["in a task list", "- [ ] /retrain"],
  ["in an HTML comment", "<!-- a template\n/retrain\n-->"],
  ["in an HTML block", "<details>\n/retrain\n</details>"],
  ["in a heading", "# /retrain"],
  ["in a heading underlined", "/retrain\n======="],
  ["in a table", "| a |\n|---|\n/retrain"],
  ["in a footnote", "[^1]: note\n/retrain"],
  ["in inline code over two lines", "`one\n/retrain\ntwo`"],
  ["in inline code", "`/retrain`"],
  ["in a link's text", "[a\n/retrain](https://example.org)"],
  ["in a link's title", '[a](https://example.org "\n/retrain\n")'],
  ["in emphasis", "**bold\n/retrain\nbold**"],
  ["in an image's description", "![a\n/retrain](a.png)"],
  ["as a path", "/usr/bin/retrain"],
  ["as a command of another bot", "/lgtm\n/assign @ada\n/test all\n/run\n/approve"],
  ["escaped", "\\/retrain"],
  ["as a character reference", "&#47;retrain"],
  ["glued to another word", "/retrain,please"],
  ["empty", ""],
];

for (const [where, body, ...commands] of places) {
  test(`a command ${where} is ${commands.length > 0 ? "read" : "none"}`, () => {
    assert.deepEqual(names(body), commands);
    assert.deepEqual(faults(body), []);
  });
}

test("arguments are words, key=value with quotes, and flags", () => {
  const { commands } = parseComment(
    String.raw`/retrain damage lr=0.05 note="a b=c" say="\"x\" \\" --fresh --commit=abc`,
  );
  assert.deepEqual(commands[0]?.words, ["damage"]);
  assert.deepEqual(commands[0]?.args, [
    ["lr", "0.05"],
    ["note", "a b=c"],
    ["say", String.raw`"x" \ `.trim()],
  ]);
  assert.deepEqual(commands[0]?.flags, ["--fresh", "--commit=abc"]);
});

const mistakes: readonly (readonly [body: string, ...faults: readonly string[]])[] = [
  ["/retrian damage", "unknown_command: no command /retrian; did you mean /retrain?"],
  ["/hepl", "unknown_command: no command /hepl; did you mean /help?"],
  ["/retrain lr=1 lr=2", "bad_argument: lr is given twice"],
  ["/retrain --fresh --fresh", "bad_argument: --fresh is given twice"],
  ['/retrain note="a', 'bad_argument: a quote (") is not closed'],
  ["/retrain 1x=2", 'bad_argument: "1x" is not a parameter name'],
  ["/retrain __proto__=1", 'bad_argument: "__proto__" is not a parameter name'],
  ["/help\n".repeat(6), "too_many_commands: expected at most 5 commands in a comment, found 6; none was run"],
];

for (const [body, ...expected] of mistakes) {
  test(`${JSON.stringify(body.slice(0, 30))} is answered with what is wrong`, () => {
    assert.deepEqual(names(body), []);
    assert.deepEqual(faults(body), expected);
  });
}

test("five commands are run, and lines of other bots do not count against them", () => {
  assert.equal(names("/help\n".repeat(5)).length, 5);
  assert.equal(names("/lgtm\n/assign @ada\n/help\n/label a\n/hold\n/cc b\n/kind c\n/area d").length, 1);
});

/** Pieces that mean something in Markdown, so that random text is not only prose. */
const pieces = fc.oneof(
  fc.constantFrom(
    "/retrain",
    "/help",
    "\n",
    "\r\n",
    "```",
    "~~~",
    "    ",
    "> ",
    "- ",
    "1. ",
    "<!--",
    "-->",
    "`",
    "|",
    "[^1]:",
    "*",
    "](",
    "\0",
    '"',
    "=",
  ),
  fc.string({ unit: "binary", maxLength: 6 }),
);
const text = fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(""));

test("no text makes the parser throw", () => {
  fc.assert(
    fc.property(text, (body) => {
      const { commands, faults: found } = parseComment(body);
      assert.ok(commands.length <= 5);
      for (const command of commands) assert.match(command.text, /^\//);
      for (const { fault } of found) assert.ok(fault.message.length > 0);
    }),
    { numRuns: 1_500 },
  );
});

test("nothing in a fenced block is ever a command, whatever stands around it", () => {
  const outside = text.map((body) => body.replaceAll(/[/`~>\-<|[\]*_\d.:]/g, " "));
  fc.assert(
    fc.property(outside, text, outside, (before, inside, after) => {
      const fence = "`".repeat(Math.max(3, ...[...inside.matchAll(/`+/g)].map(([run]) => run.length + 1)));
      const body = `${before}\n\n${fence}\n/retrain inside\n${inside}\n/retrain inside\n${fence}\n\n${after}`;
      assert.deepEqual(parseComment(body), { commands: [], faults: [] });
    }),
    { numRuns: 500 },
  );
});

test("of a long comment, however slow it was written to be, only the beginning is read", () => {
  for (const unit of ["/x\n", "> ", "[", "`a\n", "[a](", "**a*", "| a\n", "[^1]: "]) {
    const body = `/help\n\n${unit.repeat(65_000 / unit.length)}`;
    assert.deepEqual(parseComment(body), parseComment(body.slice(0, 16_384)), unit);
  }
  assert.deepEqual(names(`${"x ".repeat(8_180)}\n\n/help`), ["/help"]);
  assert.deepEqual(names(`${"x ".repeat(8_192)}\n\n/help`), []);
});
