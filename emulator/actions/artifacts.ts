/** Artifacts of runs: names, owners and lifetimes; their bytes are blobs. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Blobs } from "./blobs.ts";
import { Refusal } from "./http.ts";
import type { Artifact, ArtifactStore } from "./port.ts";
import type { RuntimeClaims } from "./runtime-tokens.ts";

/** An artifact as the service knows it, from its creation on. */
export type StoredArtifact = Artifact & {
  readonly attempt: number;
  readonly jobId: number;
  readonly mimeType: string;
  readonly finalized: boolean;
};

export type Artifacts = {
  readonly store: ArtifactStore;
  readonly create: (
    claims: RuntimeClaims,
    wish: { name: string; mimeType: string; expiresAt: string | null },
  ) => StoredArtifact;
  readonly finalize: (
    claims: RuntimeClaims,
    end: { name: string; sizeBytes: number; digest: string | null },
  ) => Promise<StoredArtifact>;
  /** Finalized artifacts of the bearer's run, of every attempt, oldest first. */
  readonly ofRun: (claims: RuntimeClaims) => readonly StoredArtifact[];
  readonly find: (id: number) => StoredArtifact | null;
};

export type ArtifactOptions = {
  readonly folder: string;
  readonly now: () => Date;
  readonly newId: () => number;
  readonly blobs: Blobs;
};

const retentionDays = 90;
const dayMs = 86_400_000;

/** Artifacts under a folder, with those that an earlier process has finalized there. */
export function createArtifacts({ folder, now, newId, blobs }: ArtifactOptions): Artifacts {
  const known = new Map<number, StoredArtifact>(load(folder).map((artifact) => [artifact.id, artifact]));
  for (const id of known.keys()) blobs.seal(id);
  const live = () => [...known.values()].filter((each) => Date.parse(each.expiresAt) > now().getTime());

  const create: Artifacts["create"] = (claims, wish) => {
    const { runId, attempt, jobId } = claims;
    if (live().some((each) => each.runId === runId && each.attempt === attempt && each.name === wish.name)) {
      const message = "Conflict: an artifact with this name already exists on the workflow run";
      throw new Refusal(409, "already_exists", message);
    }
    const created = now();
    const latest = created.getTime() + retentionDays * dayMs;
    const wished = wish.expiresAt === null ? latest : Date.parse(wish.expiresAt);
    const artifact: StoredArtifact = {
      id: newId(),
      runId,
      attempt,
      jobId,
      name: wish.name,
      mimeType: wish.mimeType,
      sizeBytes: 0,
      digest: "",
      createdAt: created.toISOString(),
      expiresAt: new Date(Math.min(wished, latest)).toISOString(),
      finalized: false,
    };
    known.set(artifact.id, artifact);
    return artifact;
  };

  const finalize: Artifacts["finalize"] = async (claims, end) => {
    const isMeant = (each: StoredArtifact) =>
      !each.finalized && each.runId === claims.runId && each.jobId === claims.jobId && each.name === end.name;
    const open = live().find(isMeant);
    if (open === undefined) throw new Refusal(404, "not_found", `There is no open artifact '${end.name}'`);
    // Sealed before it is measured: bytes that come later must not slip under the digest.
    const blob = await blobs.commit(open.id);
    if (blob === null) throw new Refusal(400, "failed_precondition", "The artifact has no content yet");
    if (blob.sizeBytes !== end.sizeBytes || (end.digest !== null && end.digest !== blob.digest)) {
      blobs.unseal(open.id);
      throw new Refusal(400, "invalid_argument", "The content does not match the announced size and hash");
    }
    blobs.seal(open.id);
    const artifact: StoredArtifact = { ...open, ...blob, finalized: true };
    save(folder, artifact);
    known.set(artifact.id, artifact);
    return artifact;
  };

  return {
    create,
    finalize,
    find: (id) => known.get(id) ?? null,
    ofRun: (claims) => live().filter((each) => each.finalized && each.runId === claims.runId),
    store: storeOf(known, live, blobs),
  };
}

function storeOf(
  known: Map<number, StoredArtifact>,
  live: () => readonly StoredArtifact[],
  blobs: Blobs,
): ArtifactStore {
  const visible = (id: number) => live().some((each) => each.id === id && each.finalized);
  return {
    list: (runId) =>
      live()
        .filter((each) => each.finalized && (runId === null || each.runId === runId))
        .map(publicOf),
    read: async (id) => (visible(id) ? await readFile(blobs.file(id)) : null),
    remove(id) {
      if (!visible(id)) return Promise.resolve(false);
      known.delete(id);
      blobs.remove(id);
      return Promise.resolve(true);
    },
  };
}

function publicOf({ id, runId, name, sizeBytes, digest, createdAt, expiresAt }: StoredArtifact): Artifact {
  return { id, runId, name, sizeBytes, digest, createdAt, expiresAt };
}

const metadata = "artifact.json";

function save(folder: string, artifact: StoredArtifact): void {
  const file = path.join(folder, String(artifact.id), metadata);
  writeFileSync(`${file}.new`, JSON.stringify(artifact));
  renameSync(`${file}.new`, file);
}

function load(folder: string): readonly StoredArtifact[] {
  mkdirSync(folder, { recursive: true });
  return readdirSync(folder)
    .map((name) => path.join(folder, name, metadata))
    .filter((file) => existsSync(file))
    .map((file) => storedArtifact(readFileSync(file, "utf8")))
    .sort((a, b) => a.id - b.id);
}

/** Our own file, written by `save`: its shape is ours. */
function storedArtifact(json: string): StoredArtifact {
  return JSON.parse(json) as StoredArtifact;
}
