import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { InputTensor, NodeCounts } from "./port.ts";
import { openSession } from "./session.ts";
import { tensorsOf } from "./tensors.ts";

export type Counting = {
  readonly file: string;
  readonly provider: string;
  readonly inputs: readonly InputTensor[];
  readonly output: string;
  /** Holds the profile meanwhile. */
  readonly scratch: string;
};

/** An event of ONNX Runtime's profile; those of nodes say who ran them. */
const event = z.object({
  cat: z.string().optional(),
  name: z.string(),
  args: z.object({ provider: z.string().optional(), node_index: z.string().optional() }).optional(),
});

/** Loads the model with the runtime's profiler on, runs it once, and counts whose kernels ran. Leaves no file behind. */
export async function countNodes({ file, provider, inputs, output, scratch }: Counting): Promise<NodeCounts> {
  const folder = await mkdtemp(join(scratch, "profile-"));
  try {
    const session = await openSession(file, provider, { profileIn: join(folder, "profile") });
    try {
      await session.run(tensorsOf(inputs), output);
      session.endProfile();
    } finally {
      await session.close();
    }
    const [name] = await readdir(folder);
    return name === undefined ? {} : countEvents(await readFile(join(folder, name), "utf8"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Each node once, however often a loop ran it. */
export function countEvents(profile: string): NodeCounts {
  const nodes = new Map<string, string>();
  for (const { cat, name, args } of z.array(event).parse(JSON.parse(profile)))
    if (cat === "Node" && args?.provider !== undefined && name.endsWith("_kernel_time"))
      nodes.set(`${args.node_index ?? ""} ${name}`, args.provider);
  const counts: Record<string, number> = {};
  for (const provider of [...nodes.values()].toSorted()) counts[provider] = (counts[provider] ?? 0) + 1;
  return counts;
}
