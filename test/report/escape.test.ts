import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Nodes, Root } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import {
  clip,
  defuse,
  html,
  markdownCode,
  markdownFence,
  markdownLine,
  markdownText,
  oneLine,
  printable,
  safeUrl,
} from "../../report/escape.ts";

const parse = (markdown: string): Root =>
  fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });

/** Text made of the pieces that Markdown and GitHub act on, mixed with arbitrary characters. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ..."|`*_[]()<>#+-=!~:@$\\/&;^{}.,'\"\n\t\r 0123abcdefgw".split(""),
        "@acme/admins",
        "#1",
        "GH-12",
        "4f1c09a2b7de4f1c09a2b7de",
        "https://evil.example/x",
        "www.evil.example",
        "a@b.example",
        "<!--",
        "-->",
        "</details>",
        "<img src=x>",
        "```",
        "~~~",
        "![i](u)",
        "[a](javascript:b)",
        "&lt;",
        "&#124;",
        "1. ",
        "- [ ] ",
        "| --- |",
        "[^1]",
        "\u202E",
        "\u001B[31m",
      ),
      fc.string({ unit: "binary", maxLength: 4 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

/** What a reader should see: the text on one line, with GitHub's links broken. Markdown trims the ends. */
const seen = (value: string): string => defuse(oneLine(value)).replace(/^[ \t]+|[ \t]+$/g, "");

function only(nodes: readonly Nodes[], value: string): void {
  if (value === "") return assert.deepEqual(nodes, []);
  assert.deepEqual(
    nodes.map((node) => [node.type, "value" in node ? node.value : null]),
    [["text", value]],
  );
}

test("text in a table cell stays one text node in one cell", () => {
  fc.assert(
    fc.property(hostile, (value) => {
      const [table, ...more] = parse(`| a | b |\n| --- | --- |\n| ${markdownText(value)} | end |\n`).children;
      assert.deepEqual(more, []);
      assert.equal(table?.type, "table");
      if (table?.type !== "table") return;
      assert.equal(table.children.length, 2);
      const cells = table.children[1]?.children ?? [];
      assert.equal(cells.length, 2);
      only(cells[0]?.children ?? [], seen(value));
      only(cells[1]?.children ?? [], "end");
    }),
    { numRuns: 400 },
  );
});

test("text at the start of a paragraph, in a heading and in a list item stays one text node", () => {
  fc.assert(
    fc.property(hostile, (value) => {
      const text = seen(`${value}.`);
      // A terminal sequence without an end takes the rest with it, so nothing may be left to place.
      fc.pre(text !== "");
      for (const [before, type] of [
        ["", "paragraph"],
        ["### ", "heading"],
        ["- ", "list"],
      ] as const) {
        const [block, ...more] = parse(`${before}${markdownLine(markdownText(`${value}.`))}\n`).children;
        assert.deepEqual(more, []);
        assert.equal(block?.type, type);
        const inner = block?.type === "list" ? block.children[0]?.children[0] : block;
        only(inner !== undefined && "children" in inner ? inner.children : [], text);
      }
    }),
    { numRuns: 250, examples: [["\u0000]"], ["\u001B]0;title"]] },
  );
});

test("a code span in a table cell holds exactly the text, as code", () => {
  fc.assert(
    fc.property(hostile, (value) => {
      const [table] = parse(`| a | b |\n| --- | --- |\n| ${markdownCode(value)} | end |\n`).children;
      assert.equal(table?.type, "table");
      const row = table?.type === "table" ? table.children[1] : undefined;
      assert.equal(row?.children.length, 2);
      const cell = row?.children[0]?.children ?? [];
      const line = oneLine(value).trim();
      const [first] = cell;
      if (line === "") assert.deepEqual(cell, []);
      else if (first?.type === "inlineCode") assert.deepEqual([cell.length, first.value], [1, line]);
      else {
        const inner = cell.slice(1, -1);
        assert.deepEqual(
          [cell.at(0), cell.at(-1)].map((node) => (node?.type === "html" ? node.value : node?.type)),
          ["<code>", "</code>"],
        );
        only(inner, defuse(line));
      }
    }),
    { numRuns: 300 },
  );
});

test("a fenced block cannot be left from inside", () => {
  fc.assert(
    fc.property(hostile, hostile, (one, two) => {
      const [block, after, ...more] = parse(`${markdownFence(`${one}\n${two}`)}\n\nafter\n`).children;
      assert.equal(block?.type, "code");
      assert.equal(block?.type === "code" ? block.value : null, printable(`${one}\n${two}`).replace(/\n+$/, ""));
      assert.equal(after?.type, "paragraph");
      assert.deepEqual(more, []);
    }),
    { numRuns: 200 },
  );
});

test("rendered text holds nothing that GitHub would link after Markdown", () => {
  fc.assert(
    fc.property(hostile, (value) => {
      const text = defuse(oneLine(value));
      assert.doesNotMatch(text, /@\w|#\d|GH-\d|[0-9a-f]{7,}|:\/\/|www\.|:\w+:|\$[^\u200B]/i);
      assert.equal(text.replaceAll("\u200B", ""), oneLine(value));
    }),
    { numRuns: 400 },
  );
});

test("white space around a removed control character is one space", () => {
  assert.equal(oneLine("a\t\u0000 b"), "a b");
});

test("one line holds no control or direction characters", () => {
  fc.assert(
    fc.property(hostile, (value) => {
      assert.doesNotMatch(oneLine(value), /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069\u200B]/u);
    }),
  );
});

test("HTML text cannot open a tag, close an attribute or start an entity", () => {
  fc.assert(
    fc.property(hostile, (value) => {
      assert.doesNotMatch(html(value), /[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/);
    }),
  );
});

const urls = [
  ["https://github.com/acme/birds/actions/runs/1", "https://github.com/acme/birds/actions/runs/1"],
  ["https://e.example/a(b)c|d`e", "https://e.example/a%28b%29c%7Cd%60e"],
  ['https://e.example/">x', "https://e.example/%22%3Ex"],
  ["http://127.0.0.1:4000/x?y=1&z=2", "http://127.0.0.1:4000/x?y=1&z=2"],
  ["javascript:alert(1)", null],
  ["data:text/html,x", null],
  ["https://user:secret@e.example/", null],
  ["//e.example", null],
  ["", null],
] as const;

for (const [given, expected] of urls) {
  test(`the address ${JSON.stringify(given)} becomes ${JSON.stringify(expected)}`, () => {
    assert.equal(safeUrl(given), expected);
  });
}

test("clipping keeps to the limit and never leaves half a character", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 1, max: 20 }), (value, limit) => {
      const cut = clip(value.toWellFormed(), limit);
      assert.ok(cut.length <= limit);
      assert.ok(cut.isWellFormed());
    }),
  );
});
