import { createServer, type ServerResponse } from "node:http";

/**
 * GitHub's side of the load, as an entry: it knows the App, hands out tokens, and answers what the App asks about a pull request of
 * any repository, all of which have files and none of which has a configuration. Counts requests at `/_requests`.
 */
const sha = "6dcb09b5b57875f334f61aebed695e2e4193db5e";
const files = Array.from({ length: 40 }, (_, index) => ({
  path: `src/part-${index}.ts`,
  mode: "100644",
  type: "blob",
  sha: index.toString(16).padStart(40, "a"),
  size: 1_000,
}));

let requests = 0;

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? "/", "http://github");
  request.resume();
  if (pathname === "/_requests") {
    send(response, 200, { requests });
    return;
  }
  requests += 1;
  const [status, body] = answer(request.method ?? "GET", pathname.replace(/^\/api\/v3/, ""));
  send(response, status, body);
});

function answer(method: string, path: string): readonly [status: number, body: unknown] {
  if (path === "/app") return [200, { id: 1, slug: "assay", name: "Assay" }];
  if (path === "/app/installations" || path === "/app/hook/deliveries") return [200, []];
  if (path.endsWith("/access_tokens")) {
    const expires = new Date(Date.now() + 3_600_000).toISOString();
    return [201, { token: "ghs_load", expires_at: expires, permissions: {}, repository_selection: "all" }];
  }
  if (path.includes("/compare/")) {
    const changed = files.slice(0, 5).map(({ path: filename }) => ({ filename, status: "modified" }));
    return [200, { ahead_by: 3, behind_by: 1, files: changed, commits: [], merge_base_commit: { sha } }];
  }
  if (path.includes("/git/trees/")) return [200, { sha, tree: files, truncated: false }];
  if (path.includes("/actions/variables"))
    return method === "GET" ? [200, { name: "ASSAY_JWKS", value: "" }] : [204, null];
  return [404, { message: "Not Found" }];
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = body === null ? "" : JSON.stringify(body);
  response
    .writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) })
    .end(text);
}

server.listen(Number(process.env["PORT"] ?? "0"), "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  process.stdout.write(`${JSON.stringify({ ready: true, host: `127.0.0.1:${port}` })}\n`);
});
process.once("SIGTERM", () => process.exit(0));
