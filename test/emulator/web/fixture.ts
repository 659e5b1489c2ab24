/** A server that answers the REST routes of the pages with canned GitHub-shaped JSON, and the pages beside it. */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createPages } from "../../../emulator/web/page.ts";
import { canned, careless } from "./canned.ts";

export type Fixture = {
  readonly url: string;
  /** Requests that changed something: method, path and body. */
  readonly writes: readonly {
    readonly method: string;
    readonly path: string;
    readonly body: unknown;
    readonly token: string;
  }[];
  /** Routes asked for that the fixture does not know. */
  readonly unknown: readonly string[];
  readonly answers: Map<string, unknown>;
  /** Reads that were answered in full, not with 304. */
  reads: number;
  /** What the next write gets instead of success. */
  refuse: { status: number; message: string } | null;
  /** How Markdown is answered; at first as a careless endpoint would. */
  markdown: (text: string) => string | Promise<string>;
  readonly close: () => Promise<void>;
};

/** Starts REST under `/api/v3` and the pages beside it. */
export async function startFixture(): Promise<Fixture & AsyncDisposable> {
  const answers = canned();
  const writes: { method: string; path: string; body: unknown; token: string }[] = [];
  const unknown: string[] = [];
  const users = [
    { login: "ada", token: "token-ada" },
    { login: "bea", token: "token-bea" },
  ];
  let pages: ReturnType<typeof createPages> | null = null;
  const server = createServer((request, response) => {
    void serve(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${portOf(server)}`;
  pages = createPages({ apiUrl: `${url}/api/v3`, session: () => null, users: () => users });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? "/", url).pathname;
    if (!path.startsWith("/api/v3")) {
      const answered = await pages?.(request, response);
      if (answered === false) {
        response.writeHead(421);
        response.end("not a page");
      }
      return;
    }
    const route = decodeURIComponent(path.slice("/api/v3".length));
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const json = (code: number, body: unknown) => {
      response.writeHead(code, { "content-type": "application/json" });
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    };
    if (request.method === "GET") {
      const answer = answers.get(route);
      if (answer === undefined) unknown.push(route);
      const etag = `"${createHash("sha256")
        .update(JSON.stringify(answer ?? null))
        .digest("hex")}"`;
      if (request.headers["if-none-match"] === etag) {
        response.writeHead(304, { etag });
        response.end();
        return;
      }
      fixture.reads += 1;
      response.setHeader("etag", etag);
      return answer === undefined ? json(404, { message: "Not Found" }) : json(200, answer);
    }
    const body: unknown = chunks.length === 0 ? null : JSON.parse(Buffer.concat(chunks).toString());
    if (route === "/markdown" && isText(body)) return json(200, await fixture.markdown(body.text));
    writes.push({ method: request.method ?? "", path: route, body, token: request.headers.authorization ?? "" });
    if (fixture.refuse !== null) return json(fixture.refuse.status, { message: fixture.refuse.message });
    json(201, { id: 103, number: 8 });
  }

  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const fixture: Fixture & AsyncDisposable = {
    url,
    writes,
    unknown,
    answers,
    reads: 0,
    refuse: null,
    markdown: () => careless,
    close,
    [Symbol.asyncDispose]: close,
  };
  return fixture;
}

function isText(body: unknown): body is { readonly text: string } {
  return typeof body === "object" && body !== null && "text" in body && typeof body.text === "string";
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Posts a form as a browser does, with the token of the page it is on. */
export async function submit(
  fixture: Fixture,
  path: string,
  fields: Readonly<Record<string, string>>,
  cookie = "",
): Promise<Response> {
  const shown = await (await fetch(fixture.url + path, { headers: { cookie } })).text();
  const csrf = /name="csrf" value="([^"]+)"/.exec(shown)?.[1] ?? "";
  return fetch(fixture.url + path, {
    method: "POST",
    redirect: "manual",
    headers: { cookie },
    body: new URLSearchParams({ csrf, ...fields }),
  });
}
