import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { type Training, training } from "../../core/run-result.ts";

export type Progress = Training["progress"][number];
export type ProgressFile = { readonly points: readonly Progress[]; readonly malformed: number };

const maxPoints = 200;
const maxBytes = 64 * 1024 * 1024;
const point = training.shape.progress.element;

/** Reads metrics.jsonl, at most 200 points of it. A missing file is no progress; malformed lines are counted. */
export async function readProgress(file: string): Promise<ProgressFile> {
  // The file belongs to a pull request's code: no link is followed and no pipe is waited for.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(file, flags).catch(() => null);
  if (handle === null) return { points: [], malformed: 0 };
  try {
    const { size } = await handle.stat();
    if (!(await handle.stat()).isFile() || size > maxBytes) return { points: [], malformed: 1 };
    return parseProgress(await handle.readFile("utf8"));
  } finally {
    await handle.close();
  }
}

/** The points of a metrics.jsonl text, thinned evenly to 200; the first and the last stay. */
export function parseProgress(text: string): ProgressFile {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const points = lines.map(parseLine).filter((found) => found !== null);
  return { points: thin(points), malformed: lines.length - points.length };
}

function parseLine(line: string): Progress | null {
  try {
    return point.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}

function thin(points: readonly Progress[]): readonly Progress[] {
  if (points.length <= maxPoints) return points;
  const step = (points.length - 1) / (maxPoints - 1);
  return Array.from({ length: maxPoints }, (_, index) => points[Math.round(index * step)]).filter(
    (found) => found !== undefined,
  );
}
