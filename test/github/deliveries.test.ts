import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import nock from "nock";
import { failedDeliveries, redeliver } from "../../github/deliveries.ts";
import { assertAllAsked, client } from "./client.ts";

afterEach(assertAllAsked);

const url = "/app/hook/deliveries";
const delivery = (id: number, guid: string, status_code: number, delivered_at = "2026-03-02T10:00:00Z") => ({
  id,
  guid,
  status_code,
  delivered_at,
});

test("deliveries that did not arrive are given oldest first and once each, from all pages, back to a time", async () => {
  nock.disableNetConnect();
  const next = `https://api.github.com${url}?per_page=100&status=failure&cursor=v1_5`;
  nock("https://api.github.com")
    .get(`${url}?per_page=100&status=failure`)
    .reply(200, [delivery(9, "c", 502), delivery(8, "b", 504), delivery(7, "a", 200)], {
      link: `<${next}>; rel="next"`,
    })
    .get(`${url}?per_page=100&status=failure&cursor=v1_5`)
    .reply(200, [delivery(4, "b", 502), delivery(3, "d", 500), delivery(2, "old", 502, "2026-02-27T09:59:59Z")]);
  assert.deepEqual(await failedDeliveries(client.octokit, new Date("2026-02-27T10:00:00Z")), [
    { id: 3, guid: "d", attempts: 1 },
    { id: 4, guid: "b", attempts: 2 },
    { id: 9, guid: "c", attempts: 1 },
  ]);
});

test("a delivery is asked for again by its id", async () => {
  nock.disableNetConnect();
  nock("https://api.github.com").post(`${url}/9/attempts`).reply(202, {});
  await redeliver(client.octokit, { id: 9, guid: "c", attempts: 1 });
});
