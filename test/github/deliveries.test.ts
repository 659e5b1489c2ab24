import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import nock from "nock";
import { listDeliveries, redeliver } from "../../github/deliveries.ts";
import { assertAllAsked, client } from "./client.ts";

afterEach(assertAllAsked);

const url = "/app/hook/deliveries";
const delivery = (id: number, guid: string, status_code: number, delivered_at = "2026-03-02T10:00:00Z") => ({
  id,
  guid,
  status_code,
  delivered_at,
});

test("deliveries are given page by page, each with whether it arrived and the cursor of the next page", async () => {
  nock.disableNetConnect();
  const next = `https://api.github.com${url}?per_page=100&status=failure&cursor=v1_5`;
  nock("https://api.github.com")
    .get(`${url}?per_page=100&status=failure`)
    .reply(200, [delivery(9, "c", 502), delivery(7, "a", 200)], { link: `<${next}>; rel="next"` })
    .get(`${url}?per_page=100&status=failure&cursor=v1_5`)
    .reply(200, [delivery(4, "b", 500)])
    .get(`${url}?per_page=100`)
    .reply(200, []);
  const deliveredAt = "2026-03-02T10:00:00Z";
  assert.deepEqual(await listDeliveries(client.octokit, { cursor: null, only: "failures" }), {
    deliveries: [
      { id: 9, guid: "c", arrived: false, deliveredAt },
      { id: 7, guid: "a", arrived: true, deliveredAt },
    ],
    next: "v1_5",
  });
  assert.deepEqual(await listDeliveries(client.octokit, { cursor: "v1_5", only: "failures" }), {
    deliveries: [{ id: 4, guid: "b", arrived: false, deliveredAt }],
    next: null,
  });
  assert.deepEqual(await listDeliveries(client.octokit, { cursor: null, only: "all" }), { deliveries: [], next: null });
});

test("a cursor is taken out of its address as GitHub means it, and written into the next as it was", async () => {
  nock.disableNetConnect();
  const next = `https://api.github.com${url}?per_page=100&cursor=v1_a%2Bb%2Fc%3D%3D`;
  const first = `https://api.github.com${url}?per_page=100&cursor=first`;
  nock("https://api.github.com")
    .get(`${url}?per_page=100`)
    .reply(200, [delivery(9, "c", 200)], { link: `<${first}>; rel="first", <${next}>; rel="next"` })
    .get(`${url}?per_page=100&cursor=v1_a%2Bb%2Fc%3D%3D`)
    .reply(200, []);
  const page = await listDeliveries(client.octokit, { cursor: null, only: "all" });
  assert.equal(page.next, "v1_a+b/c==");
  assert.deepEqual(await listDeliveries(client.octokit, { cursor: page.next, only: "all" }), {
    deliveries: [],
    next: null,
  });
});

test("a delivery is asked for again by its id", async () => {
  nock.disableNetConnect();
  nock("https://api.github.com").post(`${url}/9/attempts`).reply(202, {});
  await redeliver(client.octokit, 9);
});
