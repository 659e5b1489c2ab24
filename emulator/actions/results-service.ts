/** The results service of Actions: Twirp over JSON for artifacts and caches, and the blobs that they name. */
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import { type Artifacts, createArtifacts, type StoredArtifact } from "./artifacts.ts";
import { type Blobs, createBlobs } from "./blobs.ts";
import { type Caches, createCaches } from "./caches.ts";
import { Refusal, readBody, sendJson } from "./http.ts";
import type { ArtifactStore } from "./port.ts";
import type { RuntimeClaims, RuntimeTokens } from "./runtime-tokens.ts";

export { createRuntimeTokens } from "./runtime-tokens.ts";

export type ResultsServiceOptions = {
  readonly folder: string;
  readonly now: () => Date;
  readonly newId: () => number;
  /** Where clients reach this service; asked anew for every URL, because the port may not be known at the start. */
  readonly baseUrl: () => string;
  /** The tokens that the Actions host issues. */
  readonly tokens: RuntimeTokens;
};

export type ResultsService = {
  /** Serves `/twirp/…` and `/_blobs/…`; false for any other path, which is left alone. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;
  readonly artifacts: ArtifactStore;
};

type Parts = {
  readonly artifacts: Artifacts;
  readonly caches: Caches;
  readonly blobs: Blobs;
  readonly expiry: () => Date;
};

type Fields = Readonly<Record<string, unknown>>;

type Method = (parts: Parts, claims: RuntimeClaims, fields: Fields) => Fields | Promise<Fields>;

const urlLifetimeMs = 3_600_000;
const largestCallBytes = 1 << 16;

/** A results service that keeps everything under one folder. */
export function createResultsService(options: ResultsServiceOptions): ResultsService {
  const { now, newId } = options;
  const folder = path.resolve(options.folder);
  const blobs = createBlobs({
    folder,
    now,
    baseUrl: options.baseUrl,
    sign: options.tokens.sign,
    headers: (id) => downloadHeaders(artifacts.find(id)),
  });
  const artifacts = createArtifacts({ folder, now, newId, blobs });
  const caches = createCaches({ newId, blobs });
  const parts: Parts = { artifacts, caches, blobs, expiry: () => new Date(now().getTime() + urlLifetimeMs) };

  const call = async (request: IncomingMessage, name: string): Promise<Fields> => {
    const method = methods[name];
    if (method === undefined || request.method !== "POST")
      throw new Refusal(404, "bad_route", `No such method: ${name}`);
    const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
    const claims = options.tokens.verify(bearer, now());
    if (claims === null) throw new Refusal(401, "unauthenticated", "The runtime token is missing, forged or expired");
    return await method(parts, claims, await readFields(request));
  };

  return {
    artifacts: artifacts.store,
    async handle(request, response) {
      const url = URL.parse(request.url ?? "/", "http://localhost");
      if (url === null) return false;
      if (!url.pathname.startsWith("/twirp/") && !url.pathname.startsWith("/_blobs/")) return false;
      try {
        if (url.pathname.startsWith("/_blobs/")) await blobs.handle(request, response, url);
        else
          sendJson(
            response,
            200,
            await call(request, url.pathname.slice("/twirp/github.actions.results.api.v1.".length)),
          );
      } catch (error) {
        if (response.headersSent) response.destroy();
        else if (error instanceof Refusal) sendJson(response, error.status, { code: error.code, msg: error.message });
        else sendJson(response, 500, { code: "internal", msg: error instanceof Error ? error.message : String(error) });
      }
      return true;
    },
  };
}

const methods: Readonly<Record<string, Method>> = {
  "ArtifactService/CreateArtifact"({ artifacts, blobs, expiry }, claims, fields) {
    claimsRunAndJob(claims, fields);
    const expiresAt = fields["expires_at"] === undefined ? null : textIn(fields, "expires_at");
    if (expiresAt !== null && Number.isNaN(Date.parse(expiresAt))) throw invalid("expires_at");
    const artifact = artifacts.create(claims, {
      name: nameIn(fields),
      mimeType: typeof fields["mime_type"] === "string" ? fields["mime_type"] : "application/zip",
      expiresAt,
    });
    return { ok: true, signed_upload_url: blobs.url(artifact.id, "write", expiry()) };
  },
  async "ArtifactService/FinalizeArtifact"({ artifacts }, claims, fields) {
    claimsRunAndJob(claims, fields);
    const sizeBytes = Number(fields["size"] ?? 0);
    if (!Number.isSafeInteger(sizeBytes)) throw invalid("size");
    const hash = fields["hash"];
    const artifact = await artifacts.finalize(claims, {
      name: nameIn(fields),
      sizeBytes,
      digest: typeof hash === "string" ? hash : null,
    });
    return { ok: true, artifact_id: String(artifact.id) };
  },
  "ArtifactService/ListArtifacts"({ artifacts }, claims, fields) {
    claimsRun(claims, fields);
    const name = fields["name_filter"] === undefined ? null : textIn(fields, "name_filter");
    const id = fields["id_filter"] === undefined ? null : textIn(fields, "id_filter");
    const found = artifacts
      .ofRun(claims)
      .filter((each) => (name === null || each.name === name) && (id === null || String(each.id) === id));
    return { artifacts: found.map(listed) };
  },
  "ArtifactService/GetSignedArtifactURL"({ artifacts, blobs, expiry }, claims, fields) {
    claimsRun(claims, fields);
    return { signed_url: blobs.url(newest(artifacts, claims, nameIn(fields)).id, "read", expiry()) };
  },
  async "ArtifactService/DeleteArtifact"({ artifacts }, claims, fields) {
    claimsRun(claims, fields);
    const { id } = newest(artifacts, claims, nameIn(fields));
    await artifacts.store.remove(id);
    return { ok: true, artifact_id: String(id) };
  },
  "CacheService/CreateCacheEntry"({ caches, blobs, expiry }, claims, fields) {
    const id = caches.create(claims.repository, textIn(fields, "key"), textIn(fields, "version"));
    return id === null ? { ok: false } : { ok: true, signed_upload_url: blobs.url(id, "write", expiry()) };
  },
  async "CacheService/FinalizeCacheEntryUpload"({ caches }, claims, fields) {
    const id = await caches.finalize(claims.repository, textIn(fields, "key"), textIn(fields, "version"));
    return id === null ? { ok: false } : { ok: true, entry_id: String(id) };
  },
  "CacheService/GetCacheEntryDownloadURL"({ caches, blobs, expiry }, claims, fields) {
    const restoreKeys = Array.isArray(fields["restore_keys"]) ? fields["restore_keys"].map(String) : [];
    const found = caches.find(claims.repository, textIn(fields, "key"), restoreKeys, textIn(fields, "version"));
    if (found === null) return { ok: false };
    return { ok: true, signed_download_url: blobs.url(found.id, "read", expiry()), matched_key: found.key };
  },
};

function newest(artifacts: Artifacts, claims: RuntimeClaims, name: string): StoredArtifact {
  const found = artifacts
    .ofRun(claims)
    .filter((each) => each.name === name)
    .at(-1);
  if (found === undefined) throw new Refusal(404, "not_found", `There is no artifact '${name}' in this run`);
  return found;
}

function listed(artifact: StoredArtifact): Fields {
  return {
    workflow_run_backend_id: String(artifact.runId),
    workflow_job_run_backend_id: String(artifact.jobId),
    database_id: String(artifact.id),
    name: artifact.name,
    size: String(artifact.sizeBytes),
    created_at: artifact.createdAt,
    digest: artifact.digest,
  };
}

function claimsRun(claims: RuntimeClaims, fields: Fields): void {
  if (String(fields["workflow_run_backend_id"]) !== String(claims.runId)) {
    throw new Refusal(403, "permission_denied", "The runtime token belongs to another run");
  }
}

function claimsRunAndJob(claims: RuntimeClaims, fields: Fields): void {
  claimsRun(claims, fields);
  if (String(fields["workflow_job_run_backend_id"]) !== String(claims.jobId)) {
    throw new Refusal(403, "permission_denied", "The runtime token belongs to another job");
  }
}

/** An artifact's name as GitHub allows it: no path separators and nothing that a file system forbids. */
function nameIn(fields: Fields): string {
  const name = textIn(fields, "name");
  if (name.length > 260 || /[":<>|*?\r\n\\/]/.test(name)) throw invalid("name");
  return name;
}

function textIn(fields: Fields, field: string): string {
  const text = fields[field];
  if (typeof text !== "string" || text === "") throw invalid(field);
  return text;
}

function invalid(field: string): Refusal {
  return new Refusal(400, "invalid_argument", `The field '${field}' is missing or not valid`);
}

async function readFields(request: IncomingMessage): Promise<Fields> {
  const text = (await readBody(request, largestCallBytes)).toString("utf8");
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Not JSON: refused below, like JSON that is no object.
  }
  throw new Refusal(400, "malformed", "The body is not a JSON object");
}

/** Tells the client whether to unzip, and what to call a file that is no archive. */
function downloadHeaders(artifact: StoredArtifact | null): Readonly<Record<string, string>> {
  if (artifact === null) return { "content-type": "application/octet-stream" };
  const isZip = artifact.mimeType === "application/zip" && !artifact.name.endsWith(".zip");
  const name = encodeURIComponent(isZip ? `${artifact.name}.zip` : artifact.name);
  return {
    "content-type": artifact.mimeType,
    "content-disposition": `attachment; filename*=UTF-8''${name}`,
  };
}
