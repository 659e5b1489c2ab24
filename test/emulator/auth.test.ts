import assert from "node:assert/strict";
import { createSign, generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { place, refusal, seedOf, stage } from "./world.ts";

function jwt(privateKey: string, claims: Record<string, unknown>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}`;
  return `${text}.${createSign("RSA-SHA256").update(text).sign(privateKey, "base64url")}`;
}

test("an App proves itself by a JWT and becomes an installation", async () => {
  await using scene = await stage();
  const { data: app } = await scene.app().apps.getAuthenticated();
  assert.equal(app?.slug, "assayer");
  const { data } = await scene.installed().apps.listReposAccessibleToInstallation();
  assert.deepEqual(
    data.repositories.map((repository) => repository.full_name),
    ["acme/model"],
  );
});

test("a JWT with a wrong key, a wrong issuer, or a lifetime that GitHub forbids is refused", async () => {
  await using scene = await stage();
  const [app] = Object.values(scene.emulator.apps);
  assert.ok(app !== undefined);
  const now = Math.floor(Date.now() / 1000);
  const stranger = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  const cases: [string, string, RegExp][] = [
    ["foreign key", jwt(stranger.privateKey, { iss: app.id, iat: now, exp: now + 60 }), /could not be decoded/u],
    ["unknown issuer", jwt(app.privateKey, { iss: 1, iat: now, exp: now + 60 }), /'Issuer' claim/u],
    ["expired", jwt(app.privateKey, { iss: app.id, iat: now - 700, exp: now - 100 }), /'Expiration time' claim/u],
    ["too long", jwt(app.privateKey, { iss: app.id, iat: now, exp: now + 3600 }), /too far in the future/u],
    ["from the future", jwt(app.privateKey, { iss: app.id, iat: now + 300, exp: now + 500 }), /'Issued at' claim/u],
  ];
  for (const [name, token, message] of cases) {
    const response = await fetch(`${scene.emulator.apiUrl}/app`, { headers: { authorization: `Bearer ${token}` } });
    assert.equal(response.status, 401, name);
    assert.match(await response.text(), message, name);
  }
});

test("an installation token dies after an hour of the emulator's clock", async () => {
  await using scene = await stage();
  const [app] = Object.values(scene.emulator.apps);
  const { data } = await scene
    .app()
    .apps.createInstallationAccessToken({ installation_id: app?.installations[0]?.id ?? 0 });
  const ask = () =>
    fetch(`${scene.emulator.apiUrl}/repos/acme/model`, { headers: { authorization: `token ${data.token}` } });
  assert.equal((await ask()).status, 200);
  scene.emulator.clock.advance(3_601_000, { keepTokens: true });
  assert.equal((await ask()).status, 200, "a leap may spare the tokens of clients that did not leap");
  scene.emulator.clock.advance(3_601_000);
  assert.equal((await ask()).status, 401);
});

test("a client whose clock is behind the emulator's finds its way by the Date header", async () => {
  await using scene = await stage();
  scene.emulator.clock.advance(86_400_000);
  const { data } = await scene.installed().repos.get(place);
  assert.equal(data.full_name, "acme/model");
});

test("a token without the permission is refused, one without the repository sees nothing", async () => {
  await using scene = await stage(seedOf({ app: { permissions: { contents: "read" } } }));
  const client = scene.installed();
  const forbidden = await refusal(client.issues.createComment({ ...place, issue_number: 1, body: "hello" }));
  assert.equal(forbidden.status, 403);
  assert.match(forbidden.message, /^Resource not accessible by integration/u);
  assert.equal((await refusal(scene.as("stranger").repos.get(place))).status, 404);
  assert.equal(
    (await refusal(scene.as("rita").git.createRef({ ...place, ref: "refs/heads/x", sha: "0".repeat(40) }))).status,
    403,
  );
});

test("an installation token can be narrowed and never widened", async () => {
  await using scene = await stage(seedOf({ app: { permissions: { contents: "read", issues: "write" } } }));
  const [app] = Object.values(scene.emulator.apps);
  const installation_id = app?.installations[0]?.id ?? 0;
  const { data } = await scene
    .app()
    .apps.createInstallationAccessToken({ installation_id, permissions: { contents: "read" } });
  const response = await fetch(`${scene.emulator.apiUrl}/repos/acme/model/issues`, {
    method: "POST",
    body: JSON.stringify({ title: "x" }),
    headers: { authorization: `token ${data.token}` },
  });
  assert.equal(response.status, 403);
  assert.equal(
    (
      await refusal(
        scene.app().apps.createInstallationAccessToken({ installation_id, permissions: { contents: "write" } }),
      )
    ).status,
    422,
  );
  assert.equal(
    (await refusal(scene.app().apps.createInstallationAccessToken({ installation_id, repositories: ["other"] })))
      .status,
    422,
  );
});

test("a person's role is told by the permission route", async () => {
  await using scene = await stage(seedOf({ repository: { collaborators: { ada: "maintain", bob: "triage" } } }));
  const ask = async (username: string) =>
    (await scene.installed().repos.getCollaboratorPermissionLevel({ ...place, username })).data;
  assert.deepEqual([(await ask("ada")).permission, (await ask("ada")).role_name], ["write", "maintain"]);
  assert.deepEqual([(await ask("bob")).permission, (await ask("bob")).role_name], ["read", "triage"]);
  assert.equal((await ask("stranger")).permission, "none");
});
