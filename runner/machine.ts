import { execFile } from "node:child_process";
import { cpus } from "node:os";
import { promisify } from "node:util";

/** Model name of the processor, such as `AMD EPYC 7B13, 8 threads`. */
export function describeCpu(): string {
  const all = cpus();
  return `${all[0]?.model.trim() ?? "unknown"}, ${all.length} threads`.slice(0, 200);
}

/** Names of the GPUs as the NVIDIA driver tells them, such as `2 × NVIDIA A100`; null without driver or GPU. */
export async function describeGpu(path: string | undefined): Promise<string | null> {
  const env = { PATH: path ?? "" };
  const query = ["--query-gpu=name", "--format=csv,noheader"];
  // A driver in trouble can hang for minutes; the name of the GPU is not worth that.
  const answer = await promisify(execFile)("nvidia-smi", query, { env, timeout: 10_000, killSignal: "SIGKILL" }).catch(
    () => null,
  );
  const names = (answer?.stdout ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const parts = [...counts].map(([name, count]) => (count === 1 ? name : `${count} × ${name}`));
  return parts.length === 0 ? null : parts.join(", ").slice(0, 200);
}
