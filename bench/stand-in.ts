import { createServer } from "node:http";
import { z } from "zod";
import type { Answer, Asked } from "../test/app/reconcile-world.ts";

const countsSchema = z.object({ reads: z.number(), writes: z.number() });
export type Counts = z.infer<typeof countsSchema>;

/** How often the stand-in at `host` was asked, and how often for a change, since it began. */
export async function requestsOf(host: string): Promise<Counts> {
  return countsSchema.parse(await (await fetch(`http://${host}/_requests`)).json());
}

/**
 * A server in GitHub's place, as an entry: it knows the App and hands out tokens, and `answer` says the rest; null: 404.
 * Counts requests at `/_requests`, and says in one line of JSON where it listens.
 */
export function standIn(port: number, answer: (asked: Asked) => Answer | null): void {
  const counts = { reads: 0, writes: 0 };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://github");
    const method = request.method ?? "GET";
    request.resume();
    const isOurs = url.pathname === "/_requests";
    if (!isOurs) counts[isChange(method, url.pathname) ? "writes" : "reads"] += 1;
    const asked: Asked = {
      method,
      path: url.pathname.replace(/^\/api\/v3/, ""),
      query: url.searchParams,
      etag: null,
      body: {},
    };
    const known = isOurs ? { body: counts } : (ofEveryApp(asked) ?? answer(asked));
    const { status = 200, body, headers = {} } = known ?? { status: 404, body: { message: "Not Found" } };
    const text = body === undefined ? "" : JSON.stringify(body);
    const type = { "content-type": "application/json", "content-length": Buffer.byteLength(text) };
    response.writeHead(status, { ...type, ...headers }).end(text);
  });
  server.listen(port, "127.0.0.1", () => {
    const address = server.address();
    const listens = typeof address === "object" && address !== null ? address.port : 0;
    process.stdout.write(`${JSON.stringify({ ready: true, host: `127.0.0.1:${listens}` })}\n`);
  });
  process.once("SIGTERM", () => process.exit(0));
}

/** A token changes nothing, and asking for a delivery again changes nothing of what people see. */
function isChange(method: string, path: string): boolean {
  return method !== "GET" && !path.endsWith("/access_tokens") && !path.endsWith("/attempts");
}

function ofEveryApp({ path }: Asked): Answer | null {
  if (path === "/app") return { body: { id: 1, slug: "assay", name: "Assay" } };
  if (path === "/app/installations") return { body: [] };
  if (!path.endsWith("/access_tokens")) return null;
  const expires = new Date(Date.now() + 3_600_000).toISOString();
  return {
    status: 201,
    body: { token: "ghs_bench", expires_at: expires, permissions: {}, repository_selection: "all" },
  };
}
