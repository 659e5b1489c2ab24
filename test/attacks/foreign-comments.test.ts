import assert from "node:assert/strict";
import { test } from "node:test";
import { createAppAuth } from "@octokit/auth-app";
import { Octokit } from "@octokit/rest";
import { upsertComment } from "../../github/comments.ts";
import { commentMarker } from "../../report/comment.ts";
import { permissions, place, seedOf, stage } from "../emulator/world.ts";

test("a comment of another bot that carries our marker is neither found nor edited", async () => {
  const seed = seedOf();
  const impostor = { slug: "assayer-ci", permissions, events: [], webhookUrl: null, webhookSecret: "a-long-secret" };
  const repositories = seed.repositories.map((one) => ({ ...one, apps: ["assayer", "assayer-ci"] }));
  await using scene = await stage({ ...seed, apps: [...seed.apps, impostor], repositories });
  const { emulator, as, installed } = scene;
  const { id, privateKey, installations } = emulator.apps["assayer-ci"] ?? assert.fail();
  const auth = { appId: id, privateKey, installationId: installations[0]?.id };
  const other = new Octokit({ baseUrl: emulator.apiUrl, authStrategy: createAppAuth, auth });

  const issue = await as("ada").rest.issues.create({ ...place, title: "A place to talk" });
  const where = { ...place, issue_number: issue.data.number };
  const marker = commentMarker(issue.data.number);
  const theirs = [
    await other.rest.issues.createComment({ ...where, body: `${marker} of a bot` }),
    await as("ada").rest.issues.createComment({ ...where, body: `${marker} of a person` }),
  ];

  const client = { octokit: installed(), ...place };
  const wish = { pull: issue.data.number, body: `ours ${marker}`, id: null, marker, search: { login: "assayer[bot]" } };
  const ours = await upsertComment(client, wish);
  assert.equal(
    await upsertComment(client, { ...wish, body: `ours, edited ${marker}` }),
    ours,
    "found again, by author",
  );

  const { data } = await as("ada").rest.issues.listComments({ ...where });
  assert.deepEqual(
    data.map(({ user, body }) => [user?.login, body]),
    [
      ["assayer-ci[bot]", `${marker} of a bot`],
      ["ada", `${marker} of a person`],
      ["assayer[bot]", `ours, edited ${marker}`],
    ],
  );
  assert.equal(theirs.length + 1, data.length);
});
