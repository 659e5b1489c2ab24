import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DefaultArtifactClient } from "@actions/artifact";
import { unzipSync } from "fflate";
import { AssayError } from "../../core/fault.ts";
import { artifactFiles, artifactNames, type RunResult, runResult } from "../../core/run-result.ts";
import type { Work } from "../stage.ts";

const maxPartBytes = 2 ** 31;

type Part = { readonly shard: number; readonly result: RunResult; readonly folder: string };

/**
 * The parts that the shards of this run left, each in a folder of its own. Throws the fault of a shard that failed, or
 * artifact_missing for one that left nothing, such as one on a machine that went away.
 */
export async function fetchParts(work: Work, of: number): Promise<readonly string[]> {
  const shards = Array.from({ length: of }, (_, index) => index + 1);
  const found: (Part | null)[] = [];
  // One after the other: a part may be as large as memory allows.
  for (const shard of shards) found.push(await fetchPart(work, shard, of));
  const parts = found.filter((part) => part !== null);
  const broken = parts.filter(({ result }) => result.outcome === "failed" || result.fault !== null);
  // The others of a failed shard are cancelled with it: what failed by itself says why.
  const cause = broken.find(({ result }) => result.fault?.reason !== "run_cancelled") ?? broken[0];
  if (cause !== undefined) throw faultOf(cause, of);
  const absent = shards.filter((_, index) => found[index] === null);
  if (absent.length > 0) {
    const message = `of ${of} shards, ${absent.length} left no predictions: ${absent.join(", ")}`;
    throw new AssayError({ reason: "artifact_missing", message });
  }
  return parts.map(({ folder }) => folder);
}

async function fetchPart({ ticket, folder }: Work, shard: number, of: number): Promise<Part | null> {
  const name = artifactNames.part(ticket.jti, shard);
  const client = new DefaultArtifactClient();
  const known = await client.getArtifact(name).catch(() => null);
  if (known === null) return null;
  const download = join(folder, `download-${shard}`);
  const into = join(folder, `part-${shard}`);
  await mkdir(into);
  try {
    const { digest } = known.artifact;
    const { digestMismatch } = await client.downloadArtifact(known.artifact.id, {
      path: download,
      skipDecompress: true,
      ...(digest === undefined ? {} : { expectedHash: digest }),
    });
    if (digestMismatch === true)
      throw new AssayError({
        reason: "artifact_digest_mismatch",
        message: `the part of shard ${shard} has other bytes`,
      });
    return { shard, folder: into, result: await unpackPart(download, into, `shard ${shard} of ${of}`) };
  } catch (error) {
    if (error instanceof AssayError) throw error;
    const message = `the part of shard ${shard} could not be downloaded`;
    throw new AssayError({ reason: "artifact_missing", message, detail: String(error) }, { cause: error });
  } finally {
    await rm(download, { recursive: true, force: true });
  }
}

/** Takes the known files, and nothing else, out of the one archive of a part; gives what the shard says of its end. */
async function unpackPart(download: string, into: string, name: string): Promise<RunResult> {
  const [archive = ""] = await readdir(download);
  const wanted = ["part/predictions.parquet", "part/shard.json", artifactFiles.result];
  const members = unzipSync(await readFile(join(download, archive)), {
    filter: (member) => wanted.includes(member.name) && member.originalSize <= maxPartBytes,
  });
  for (const file of [artifactFiles.predictions, artifactFiles.shard]) {
    const bytes = members[`part/${file}`];
    if (bytes !== undefined) await writeFile(join(into, file), bytes, { flag: "wx" });
  }
  const result = runResult.safeParse(JSON.parse(Buffer.from(members[artifactFiles.result] ?? []).toString() || "null"));
  if (result.success) return result.data;
  throw new AssayError({ reason: "artifact_missing", message: `${name} left no result` });
}

function faultOf({ shard, result }: Part, of: number): AssayError {
  const { reason, message, detail } = result.fault ?? { reason: "run_failed", message: "it failed without saying why" };
  return new AssayError({
    reason,
    message: `shard ${shard} of ${of}: ${message}`,
    ...(detail === undefined ? {} : { detail }),
  });
}
