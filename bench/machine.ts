import { cpus, totalmem } from "node:os";

/** The machine a table was measured on: CPU model, cores, memory, Node, and the versions of whatever else took part. */
export function describeMachine(others: readonly string[] = []): string {
  const cores = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  return [`${cores.length} × ${cores[0]?.model.trim() ?? "?"}`, memory, `Node ${process.version}`, ...others].join(
    ", ",
  );
}
