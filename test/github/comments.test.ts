import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { findComment, react, upsertComment } from "../../github/comments.ts";
import { assertAllAsked, client, github } from "./client.ts";

afterEach(assertAllAsked);

const marker = "<!-- assay:42 -->";
const us = { login: "assay[bot]" };
const wish = { pull: 42, body: `text ${marker}`, id: null, marker, search: null };
const comment = (id: number, login: string, type: string, body: string | null = `old ${marker}`) => ({
  id,
  body,
  user: { login, type },
});

test("the first comment is made, the next edit goes to the same one", async () => {
  github().post("/issues/42/comments", { body: wish.body }).reply(201, { id: 7 });
  assert.equal(await upsertComment(client, wish), 7);
  github().patch("/issues/comments/7", { body: wish.body }).reply(200, { id: 7 });
  assert.equal(await upsertComment(client, { ...wish, id: 7 }), 7);
});

test("a comment that somebody deleted is made anew", async () => {
  github().patch("/issues/comments/7").reply(404).post("/issues/42/comments").reply(201, { id: 8 });
  assert.equal(await upsertComment(client, { ...wish, id: 7 }), 8);
});

test("an error of GitHub's is no reason to make a second comment", async () => {
  github().patch("/issues/comments/7").reply(502);
  await assert.rejects(upsertComment(client, { ...wish, id: 7 }), { status: 502 });
});

test("after a lost answer the comment that was made is found on any page, by marker and author", async () => {
  const url = "https://api.github.com/repos/acme/birds/issues/42/comments?per_page=100&page=2";
  github()
    .get("/issues/42/comments?per_page=100")
    .reply(
      200,
      [
        comment(1, "mallory", "User"),
        comment(2, "assay[bot]", "User"),
        comment(3, "other[bot]", "Bot"),
        comment(4, "assay[bot]", "Bot", "another comment of ours"),
        comment(5, "assay[bot]", "Bot", null),
        { ...comment(6, "", ""), user: null },
      ],
      { link: `<${url}>; rel="next"` },
    )
    .get("/issues/42/comments?per_page=100&page=2")
    .reply(200, [comment(9, "assay[bot]", "Bot")])
    .patch("/issues/comments/9")
    .reply(200, { id: 9 });
  assert.equal(await upsertComment(client, { ...wish, search: us }), 9);
});

test("when the known comment is gone, one made by an attempt whose answer was lost is found before another is made", async () => {
  const again = { ...wish, id: 7, search: us };
  github()
    .patch("/issues/comments/7")
    .reply(404)
    .get("/issues/42/comments?per_page=100")
    .reply(200, [comment(8, "assay[bot]", "Bot")])
    .patch("/issues/comments/8", { body: wish.body })
    .reply(200, { id: 8 });
  assert.equal(await upsertComment(client, again), 8);
  github()
    .patch("/issues/comments/7")
    .reply(404)
    .get("/issues/42/comments?per_page=100")
    .reply(200, [])
    .post("/issues/42/comments")
    .reply(201, { id: 9 });
  assert.equal(await upsertComment(client, again), 9);
});

test("whoever may no longer make a comment makes none, but edits one that is there", async () => {
  const beforeMaking = async () => assert.fail("not any more");
  github().patch("/issues/comments/7").reply(200, { id: 7 });
  assert.equal(await upsertComment(client, { ...wish, id: 7, beforeMaking }), 7);
  await assert.rejects(upsertComment(client, { ...wish, beforeMaking }), /not any more/);
});

test("another author's copy of the marker is left alone, and our own comment is made", async () => {
  github()
    .get("/issues/42/comments?per_page=100")
    .reply(200, [comment(1, "mallory", "User")])
    .post("/issues/42/comments")
    .reply(201, { id: 10 });
  assert.equal(await upsertComment(client, { ...wish, search: us }), 10);
  github().get("/issues/42/comments?per_page=100").reply(200, []);
  assert.equal(await findComment(client, 42, marker, us), null);
});

test("a reaction that is already there is no error", async () => {
  github().post("/issues/comments/3/reactions", { content: "rocket" }).reply(200, { id: 1 });
  await react(client, 3, "rocket");
});
