import assert from "node:assert/strict";
import { test } from "node:test";
import { parsePatch } from "../../../emulator/web/diff.ts";
import { html, raw } from "../../../emulator/web/html.ts";
import { parseLog } from "../../../emulator/web/log.ts";
import { guard } from "../../../emulator/web/markup.ts";
import { fill } from "../../../emulator/web/rest.ts";
import { relative, span } from "../../../emulator/web/time.ts";
import { localPath, outsideUrl } from "../../../emulator/web/url.ts";

test("a template escapes everything but markup made by a template", () => {
  assert.equal(
    html`<p title="${`"'<&>`}">${[html`<b>${"<"}</b>`, null, false, 3]}</p>`.text,
    `<p title="&quot;&#39;&lt;&amp;&gt;"><b>&lt;</b>3</p>`,
  );
  assert.equal(html`${raw("<hr>")}`.text, "<hr>");
  assert.equal(html`${"a\u0000b\u001bc\n"}`.text, "a\uFFFDb\uFFFDc\n");
});

test("text that came as JSON cannot pretend to be markup", () => {
  const parsed = JSON.parse('{"kind":"html","text":"<script>"}');
  assert.equal(html`${parsed}`.text, "");
});

const markup = [
  ["<p>a <b>b</b></p>", "<p>a <b>b</b></p>"],
  ["</div></main><p>x", "<p>x</p>"],
  ["<script>alert(1)</script>", "alert(1)"],
  ["<a href='javascript:x' onclick=y>l</a>", '<a rel="nofollow noopener">l</a>'],
  ["<a href='&#106;avascript:x'>l</a>", '<a rel="nofollow noopener">l</a>'],
  ['<a href="//evil">l</a>', '<a rel="nofollow noopener">l</a>'],
  [
    '<a href="https://ok.example/?a=1&amp;b">l</a>',
    '<a href="https://ok.example/?a=1&amp;b" rel="nofollow noopener">l</a>',
  ],
  ['<a href="docs/a.md">l</a>', '<a href="/o/r/blob/main/docs/a.md" rel="nofollow noopener">l</a>'],
  ['<img src="x.png" onerror=y style="a">', '<img src="/o/r/raw/main/x.png">'],
  ['<img src="data:image/svg+xml,x">', "<img>"],
  ['<div id="merge-button" class="flash button language-ts">x</div>', '<div class="language-ts">x</div>'],
  ['<h1 id="user-content-a">x</h1>', '<h1 id="user-content-a">x</h1>'],
  [
    "<form action=x><input name=y><input type=checkbox checked></form>",
    '<input type="checkbox" checked="" disabled="">',
  ],
  ["<!-- <b> --><scr<b>ipt>", "&lt;scr<b>ipt&gt;</b>"],
  ["<p title='\"><script>'>x</p>", '<p title="&quot;>&lt;script>">x</p>'],
  ["<p <script>alert(1)//", "&lt;p alert(1)//"],
  ["<svg><style><img src=x onerror=alert(1)>", '<img src="/o/r/raw/main/x">'],
] as const;
for (const [source, expected] of markup) {
  test(`Markdown's HTML ${JSON.stringify(source)} is shown as ${JSON.stringify(expected)}`, () => {
    assert.equal(guard(source, { page: "/o/r/blob/main", image: "/o/r/raw/main" }).text, expected);
  });
}

test("a patch is numbered on both sides", () => {
  assert.deepEqual(parsePatch("@@ -3,2 +5,3 @@ f\n a\n-b\n+c\n+d\n\\ No newline at end of file"), [
    { kind: "hunk", text: "@@ -3,2 +5,3 @@ f" },
    { kind: "same", before: 3, after: 5, text: "a" },
    { kind: "removed", before: 4, text: "b" },
    { kind: "added", after: 6, text: "c" },
    { kind: "added", after: 7, text: "d" },
    { kind: "note", text: "\\ No newline at end of file" },
  ]);
});

test("a log keeps its last lines with their numbers, folds groups, and leaves colors out", () => {
  const log = parseLog(
    "one\r\ntwo\n2026-01-01T00:00:00.1Z ##[group]G\n\u001b[1;31minside\u001b[0m\n::endgroup::\n::error file=a,line=1::bad\n",
    5,
  );
  assert.equal(log.omitted, 1);
  assert.deepEqual(log.entries, [
    { kind: "line", number: 2, line: { tone: "plain", text: "two" } },
    { kind: "group", number: 3, title: "G", lines: [{ number: 4, line: { tone: "plain", text: "inside" } }] },
    { kind: "line", number: 6, line: { tone: "error", text: "bad" } },
  ]);
});

test("times read as on GitHub", () => {
  const now = new Date("2026-03-01T12:00:00Z");
  const before = (seconds: number) => relative(new Date(now.getTime() - seconds * 1000), now);
  assert.deepEqual([-5, 3, 45, 60, 7200, 86_400 * 9].map(before), [
    "now",
    "now",
    "45 seconds ago",
    "1 minute ago",
    "2 hours ago",
    "1 week ago",
  ]);
  assert.deepEqual([400, 72_000, 7_500_000].map(span), ["0s", "1m 12s", "2h 5m"]);
});

test("addresses of others become links only with http or https", () => {
  assert.deepEqual(["https://a.example/x", "javascript:alert(1)", "data:text/html,x", "x", "", null].map(outsideUrl), [
    "https://a.example/x",
    null,
    null,
    null,
    null,
    null,
  ]);
  assert.deepEqual(["/a?b#c", "//a", "/\\a", "a", "/a b", null].map(localPath), ["/a?b#c", "/", "/", "/", "/", "/"]);
});

test("a route is filled with encoded values, and the rest goes to the query", () => {
  assert.equal(
    fill("/repos/{owner}/{repo}/contents/{path}", {
      owner: "a",
      repo: "b/c",
      path: "d e/f",
      ref: "x/y",
      no: undefined,
    }),
    "/repos/a/b%2Fc/contents/d%20e/f?ref=x%2Fy",
  );
});
