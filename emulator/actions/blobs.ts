/** Blobs on disk behind signed, expiring URLs, in the part of Azure's block-blob protocol that Actions clients speak. */
import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { Refusal, readBody, sendError } from "./http.ts";
import { equalTexts } from "./runtime-tokens.ts";

export type BlobAccess = "read" | "write";

export type Blobs = {
  /** URL that allows one kind of access to one blob until `expiresAt`. */
  readonly url: (id: number, access: BlobAccess, expiresAt: Date) => string;
  readonly handle: (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;
  /** Allows no further writes and measures: size and `sha256:<hex>`; null, and still open, if nothing was uploaded. */
  readonly commit: (id: number) => Promise<{ readonly sizeBytes: number; readonly digest: string } | null>;
  readonly file: (id: number) => string;
  readonly remove: (id: number) => void;
  /** No further writes; the blocks that the blob was joined from are removed. */
  readonly seal: (id: number) => void;
  /** Writes again, after a commit that turned out wrong. */
  readonly unseal: (id: number) => void;
};

export type BlobOptions = {
  readonly folder: string;
  readonly now: () => Date;
  readonly baseUrl: () => string;
  readonly sign: (text: string) => string;
  /** How a download presents itself. */
  readonly headers: (id: number) => Readonly<Record<string, string>>;
};

const largestBlockListBytes = 4 << 20;

/** Blobs under a folder; nothing of them is kept in memory. */
export function createBlobs(options: BlobOptions): Blobs {
  const folderOf = (id: number) => path.join(options.folder, String(id));
  const file = (id: number) => path.join(folderOf(id), "data");
  const sealed = new Set<number>();
  const grant = (id: number, access: BlobAccess, expiry: string) => options.sign(`${access}\0${id}\0${expiry}`);
  return {
    file,
    url(id, access, expiresAt) {
      const expiry = expiresAt.toISOString();
      const query = new URLSearchParams({ sp: access, se: expiry, sig: grant(id, access, expiry) });
      return `${options.baseUrl().replace(/\/$/, "")}/_blobs/${id}?${query.toString()}`;
    },
    async handle(request, response, url) {
      const id = Number(/^\/_blobs\/(\d+)$/.exec(url.pathname)?.[1]);
      const access: BlobAccess = request.method === "PUT" ? "write" : "read";
      const expiry = url.searchParams.get("se") ?? "";
      const genuine = equalTexts(url.searchParams.get("sig") ?? "", grant(id, access, expiry));
      if (!Number.isInteger(id) || !genuine) return sendError(response, 403, "AuthenticationFailed");
      if (Date.parse(expiry) <= options.now().getTime())
        return sendError(response, 403, "AuthenticationFailed: expired");
      if (access === "read") return await download(request, response, file(id), options.headers(id));
      if (sealed.has(id)) return sendError(response, 409, "BlobImmutableDueToPolicy");
      await upload(request, response, url, folderOf(id), () => sealed.has(id));
    },
    async commit(id) {
      if (!existsSync(file(id))) return null;
      sealed.add(id);
      return await measure(file(id));
    },
    unseal: (id) => void sealed.delete(id),
    remove: (id) => rmSync(folderOf(id), { recursive: true, force: true }),
    seal(id) {
      sealed.add(id);
      rmSync(path.join(folderOf(id), "blocks"), { recursive: true, force: true });
    },
  };
}

async function upload(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  folder: string,
  isSealed: () => boolean,
): Promise<void> {
  const blocks = path.join(folder, "blocks");
  mkdirSync(blocks, { recursive: true });
  const data = path.join(folder, "data");
  switch (url.searchParams.get("comp")) {
    case "block": {
      const blockId = url.searchParams.get("blockid") ?? "";
      if (blockId === "") return sendError(response, 400, "MissingRequiredQueryParameter: blockid");
      await receive(request, path.join(blocks, nameOf(blockId)), isSealed);
      break;
    }
    case "blocklist": {
      const list = (await readBody(request, largestBlockListBytes)).toString("utf8");
      const names = [...list.matchAll(/<(?:Latest|Uncommitted|Committed)>([^<]+)</g)].map((match) =>
        nameOf(match[1] ?? ""),
      );
      if (!names.every((name) => existsSync(path.join(blocks, name)))) {
        return sendError(response, 400, "InvalidBlockList");
      }
      await join(
        names.map((name) => path.join(blocks, name)),
        data,
        isSealed,
      );
      break;
    }
    case null:
      await receive(request, data, isSealed);
      break;
    default:
      return sendError(response, 400, "InvalidQueryParameterValue: comp");
  }
  response.writeHead(201, storageHeaders()).end();
}

async function download(
  request: IncomingMessage,
  response: ServerResponse,
  file: string,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  if (!existsSync(file)) return sendError(response, 404, "BlobNotFound");
  const { size } = statSync(file);
  const common = { ...storageHeaders(), ...headers, "accept-ranges": "bytes", "x-ms-blob-type": "BlockBlob" };
  const asked = String(request.headers["x-ms-range"] ?? request.headers.range ?? "");
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(asked) ?? [];
  const start = Number(first ?? 0);
  const end = Math.min(last === undefined || last === "" ? size - 1 : Number(last), size - 1);
  if (first !== undefined && start > end) return sendError(response, 416, "InvalidRange");
  const range = first === undefined ? {} : { "content-range": `bytes ${start}-${end}/${size}` };
  response.writeHead(first === undefined ? 200 : 206, { ...common, ...range, "content-length": end - start + 1 });
  if (request.method === "HEAD" || size === 0) {
    response.end();
    return;
  }
  await pipeline(createReadStream(file, { start, end }), response);
}

/** Writes under another name first, so that a broken upload is never taken for a whole one. */
async function receive(request: IncomingMessage, file: string, isSealed: () => boolean): Promise<void> {
  const part = `${file}.${randomUUID()}`;
  try {
    await pipeline(request, createWriteStream(part));
    publish(part, file, isSealed);
  } finally {
    rmSync(part, { force: true });
  }
}

async function join(files: readonly string[], target: string, isSealed: () => boolean): Promise<void> {
  const part = `${target}.${randomUUID()}`;
  try {
    const whole = createWriteStream(part);
    for (const file of files) await pipeline(createReadStream(file), whole, { end: false });
    await new Promise<void>((resolve, reject) => {
      whole.once("error", reject);
      whole.end(resolve);
    });
    publish(part, target, isSealed);
  } finally {
    rmSync(part, { force: true });
  }
}

/** A write that began before the seal and ends after it comes too late. */
function publish(part: string, file: string, isSealed: () => boolean): void {
  if (isSealed()) throw new Refusal(409, "BlobImmutableDueToPolicy", "The blob has been finalized");
  renameSync(part, file);
}

async function measure(file: string): Promise<{ sizeBytes: number; digest: string }> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return { sizeBytes: statSync(file).size, digest: `sha256:${hash.digest("hex")}` };
}

/** Block ids come from the client; as a hash they cannot name another file. */
function nameOf(blockId: string): string {
  return createHash("sha256").update(blockId).digest("hex");
}

function storageHeaders(): Record<string, string> {
  return { etag: `"${randomUUID()}"`, "x-ms-request-id": randomUUID(), "x-ms-version": "2025-01-05" };
}
