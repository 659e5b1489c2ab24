import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "kysely";
import { pause, reserve } from "../../app/store/budgets.ts";
import { writeCursor } from "../../app/store/cursor.ts";
import { noteHeal } from "../../app/store/heals.ts";
import { keep } from "../../app/store/keep.ts";
import { noteMissed } from "../../app/store/missed.ts";
import { queue } from "../../app/store/outbox.ts";
import { at, repository } from "../core/plan/material.ts";
import { openPages } from "./page-scene.ts";

const hostile = `<img src=x onerror="alert(1)">&'</td>`;
const scene = await openPages();
const { store, traffic } = scene;
after(scene.stop);

const quiet = textOf((await scene.load("/")).body);
await writeCursor(store, "deliveries/failures", { until: at(0), unfinished: { next: "v1_77", top: at(60) } });
await writeCursor(store, `deliveries/${hostile}`, { until: hostile });
await sql`update cursors set updated_at = now() - interval '7 minutes' where name = 'deliveries/failures'`.execute(
  store,
);
await noteMissed(
  store,
  [
    { guid: "lost-1", id: 11 },
    { guid: "lost-2", id: 12 },
  ],
  at(0),
);
await sql`update missed set found_at = now() - interval '30 hours' where guid = 'lost-1'`.execute(store);
await noteHeal(store, "delivery", at(3_000), 3);
await noteHeal(store, hostile, at(3_000));
await keep(store, { id: "waits", name: "push", payload: {}, lane: null }, at(1_800));
await keep(store, { id: "waits too", name: "push", payload: {}, lane: null }, at(3_540));
await queue(
  store,
  { installationId: 3, repository, lane: "7/42" },
  [{ kind: "react", commentId: 5, content: "rocket" }],
  at(2_400),
);
await reserve(store, 3, { points: 5, creations: 1 });
await pause(store, 3, 90);
await answer({ remaining: 321, resource: "core", of: 3 });
await answer({ remaining: 4_999, resource: hostile, of: null });
const { body } = await scene.load("/");
const shown = textOf(body);

for (const [what, expected] of Object.entries({
  "how far the deliveries were read": `cursor deliveries/failures {"until":"${at(0)}","unfinished":{"top":"${at(60)}","next":"v1_77"}} 7 min ago`,
  "how many deliveries are missing, and for how long": "missed deliveries 2 to be asked for oldest 30 h ago",
  "that they will be forgotten": "2 deliveries are missing, the oldest for 30 h; GitHub forgets them after three days.",
  "how many gaps were healed": "healed: delivery 3 × last 10 min ago",
  "how many deliveries wait, and how long the oldest does": "2 deliveries to work off oldest 30 min ago",
  "that this is too long for a delivery": "A delivery has been waiting for 30 min to be worked off.",
  "when the last delivery came": "0 deliveries done last one came 1 min ago",
  "how many effects wait, and how long the oldest does": "1 effects to perform oldest 20 min ago",
  "that this is too long for an effect": "Something has been waiting for 20 min to be written to GitHub.",
  "what is left of an installation's limit, and until when":
    "installation 3 321 of 5000 (core), anew in 10 min 5 of 600 points a minute, 1 of 400 pieces of content an hour",
  "that little is left": "321 of 5000 requests (core) are left for installation 3 for 10 min.",
  "what is left of the App's own limit": "the App itself 4999 of 5000 (other), anew in 10 min",
  "that GitHub asked to wait": /GitHub asked to wait: nothing is written for installation 3 for (89 s|1 min)\./,
}))
  test(`the status page shows ${what}`, () => {
    assert.ok(typeof expected === "string" ? shown.includes(expected) : expected.test(shown), shown);
    assert.ok(!(typeof expected === "string" ? quiet.includes(expected) : expected.test(quiet)), "it always says so");
  });

test("the status page of an App that has nothing to do says so", () => {
  for (const text of [
    "Nothing needs attention.",
    "missed deliveries none",
    "0 deliveries to work off nothing waits",
    "0 effects to perform nothing waits",
    "GitHub was not asked anything yet.",
  ])
    assert.ok(quiet.includes(text), quiet);
});

test("hostile names of cursors, heals and resources are text on the status page", () => {
  assert.doesNotMatch(body, /<img|onerror="/);
  assert.equal(body.split("&lt;img src=x onerror=").length - 1, 3, "a cursor's name, what it says, and a heal");
});

/** What GitHub says about a limit, with an answer to something else. */
async function answer(rate: { readonly remaining: number; readonly resource: string; readonly of: number | null }) {
  const headers = {
    "x-ratelimit-limit": "5000",
    "x-ratelimit-remaining": String(rate.remaining),
    "x-ratelimit-reset": String(Date.parse(at(4_200)) / 1_000),
    "x-ratelimit-resource": rate.resource,
  };
  await traffic.counted(async () => new Response("{}", { headers }), rate.of)("https://api.github.com/app");
}

/** What a person reads: the text of the page without its elements. */
function textOf(html: string): string {
  return html
    .replace(/<style>[^]*?<\/style>/, "")
    .replace(/<[^>]*>/g, " ")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replace(/\s+/g, " ");
}
