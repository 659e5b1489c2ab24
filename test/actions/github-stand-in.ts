import { spawn } from "node:child_process";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { digestOf } from "./repository.ts";

/**
 * The part of GitHub that one job talks to: git over HTTP, the results service with its blobs, and the REST routes of
 * artifacts. The project's own emulator does all of this and more; here an action is looked at alone.
 */
export type StandIn = {
  readonly port: number;
  /** Uploaded and finalized artifacts: name -> bytes of the zip. */
  readonly uploads: ReadonlyMap<string, Buffer>;
  /** Artifacts of earlier runs, by id, to be downloaded. */
  readonly earlier: Map<
    number,
    { readonly runId: number; readonly zip: Buffer; readonly digest?: string; readonly expired?: boolean }
  >;
  /** Artifacts that other jobs of this run have uploaded, by name. */
  readonly siblings: Map<string, Buffer>;
  /** Every request, as `METHOD /path`, and whether it carried credentials. */
  readonly requests: readonly { readonly line: string; readonly authorization: string | null }[];
  /** Forgets uploads, earlier artifacts and requests. */
  readonly reset: () => void;
  readonly close: () => Promise<void>;
};

type Artifact = { readonly id: number; readonly blocks: Map<string, Buffer>; data: Buffer };

export async function startStandIn(gitRoot: string): Promise<StandIn> {
  const requests: { line: string; authorization: string | null }[] = [];
  const artifacts = new Map<string, Artifact>();
  const uploads = new Map<string, Buffer>();
  const earlier: StandIn["earlier"] = new Map();
  const siblings: StandIn["siblings"] = new Map();
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.statusCode = 500;
      response.end(String(error));
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    requests.push({ line: `${request.method} ${url.pathname}`, authorization: request.headers.authorization ?? null });
    const base = `http://127.0.0.1:${portOf()}`;
    if (url.pathname.startsWith("/acme/birds/")) return serveGit(gitRoot, request, response, url);
    const body = await buffer(request);
    const rpc = /^\/twirp\/github\.actions\.results\.api\.v1\.ArtifactService\/(\w+)$/.exec(url.pathname)?.[1];
    if (rpc !== undefined) return json(response, callService(rpc, JSON.parse(body.toString()), base));
    const upload = /^\/upload\/([\w-]+)$/.exec(url.pathname)?.[1];
    if (upload !== undefined) return takeBlob(response, artifacts.get(upload), url, body);
    const [, id, zip] = /^\/repos\/acme\/birds\/actions\/artifacts\/(\d+)(\/zip)?$/.exec(url.pathname) ?? [];
    const artifact = earlier.get(Number(id));
    if (artifact !== undefined && zip === undefined) {
      const { runId, expired = false, digest = digestOf(artifact.zip) } = artifact;
      return json(response, {
        id: Number(id),
        size_in_bytes: artifact.zip.length,
        expired,
        digest,
        workflow_run: { id: runId },
      });
    }
    if (artifact !== undefined) {
      response.writeHead(302, { location: `${base}/download/${id}` });
      return void response.end();
    }
    const download = earlier.get(Number(/^\/download\/(\d+)$/.exec(url.pathname)?.[1]))?.zip;
    const sibling = siblings.get(/^\/sibling\/([\w-]+)$/.exec(url.pathname)?.[1] ?? "");
    const zipped = download ?? sibling;
    if (zipped !== undefined) {
      response.writeHead(200, { "content-type": "application/zip", "content-length": zipped.length });
      return void response.end(zipped);
    }
    response.writeHead(404);
    response.end("{}");
  }

  function callService(rpc: string, fields: Readonly<Record<string, string>>, base: string): object {
    const name = fields["name"] ?? "";
    if (rpc === "ListArtifacts") return { artifacts: listSiblings(fields) };
    if (rpc === "GetSignedArtifactURL") return { signed_url: `${base}/sibling/${name}` };
    if (rpc === "CreateArtifact") {
      artifacts.set(name, { id: artifacts.size + 1, blocks: new Map(), data: Buffer.alloc(0) });
      return { ok: true, signed_upload_url: `${base}/upload/${name}?sig=1` };
    }
    const artifact = artifacts.get(name);
    if (rpc !== "FinalizeArtifact" || artifact === undefined) return { ok: false };
    uploads.set(name, artifact.data);
    return { ok: true, artifact_id: String(artifact.id) };
  }

  function listSiblings({ name_filter, id_filter }: Readonly<Record<string, string>>): readonly object[] {
    return [...siblings].flatMap(([name, bytes], index) => {
      const id = String(1_000 + index);
      if ((name_filter ?? name) !== name || (id_filter ?? id) !== id) return [];
      const run = { workflow_run_backend_id: "run", workflow_job_run_backend_id: `job-${id}` };
      return [{ ...run, database_id: id, name, size: String(bytes.length), digest: digestOf(bytes) }];
    });
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const portOf = (): number => {
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  };
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  const reset = () => {
    requests.length = 0;
    for (const each of [artifacts, uploads, earlier, siblings]) each.clear();
  };
  return { port: portOf(), reset, uploads, earlier, siblings, requests, close };
}

/** Azure's block blob protocol: numbered blocks in any order, then the list that puts them into one. */
function takeBlob(response: ServerResponse, artifact: Artifact | undefined, url: URL, body: Buffer): void {
  if (artifact === undefined) {
    response.writeHead(404);
  } else {
    const comp = url.searchParams.get("comp");
    if (comp === "block") artifact.blocks.set(url.searchParams.get("blockid") ?? "", body);
    else if (comp === "blocklist") {
      const ids = [...body.toString().matchAll(/<(?:Latest|Uncommitted|Committed)>([^<]+)</g)].map(
        ([, id]) => id ?? "",
      );
      artifact.data = Buffer.concat(ids.flatMap((id) => artifact.blocks.get(id) ?? []));
    } else artifact.data = body;
    response.writeHead(201, { etag: '"1"', "x-ms-request-id": "1", "x-ms-version": "2025-01-05" });
  }
  response.end();
}

/** git's own CGI program, so that shallow fetches of single commits are git's and not ours. */
async function serveGit(root: string, request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
  const child = spawn("git", ["http-backend"], {
    env: {
      PATH: process.env["PATH"],
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      REQUEST_METHOD: request.method,
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers["content-type"],
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"],
      HTTP_GIT_PROTOCOL: request.headers["git-protocol"]?.toString(),
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  request.pipe(child.stdin);
  const output = await buffer(child.stdout);
  const end = output.indexOf("\r\n\r\n");
  for (const line of output.subarray(0, end).toString().split("\r\n")) {
    const colon = line.indexOf(":");
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
    if (name === "Status") response.statusCode = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.end(output.subarray(end + 4));
}

function json(response: ServerResponse, value: unknown): void {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(value));
}
