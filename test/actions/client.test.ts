import assert from "node:assert/strict";
import { test } from "node:test";
import { octokitFor } from "../../actions/client.ts";
import { serve } from "../loopback.ts";

test("an action asks with its token, and a list that breaks off is an error, not an empty one", async (t) => {
  const comments = JSON.stringify([{ id: 1, body: "ours" }]);
  const url = await serve(t, (request, response) => {
    assert.equal(request.headers.authorization, "token t");
    response.writeHead(200, { "content-type": "application/json", "content-length": comments.length });
    if (request.url === "/whole") response.end(comments);
    else response.write(comments.slice(0, 9), () => response.destroy());
  });
  const octokit = octokitFor("t");
  octokit.log.error = () => {};
  assert.deepEqual(await octokit.paginate(`GET ${url}/whole`), [{ id: 1, body: "ours" }]);
  await assert.rejects(octokit.paginate(`GET ${url}/cut`), { name: "HttpError", status: 500 });
});
