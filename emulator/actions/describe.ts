import { loadParser } from "./parser.ts";
import type { WorkflowDescription } from "./port.ts";
import { readWorkflow } from "./workflow-file.ts";

/** What a workflow file declares; an invalid file has findings and declares nothing. */
export async function describeWorkflow(path: string, source: string): Promise<WorkflowDescription> {
  const read = await readWorkflow(await loadParser(), path, source);
  return read.kind === "valid"
    ? { name: read.file.name, findings: [], events: read.events, dispatchInputs: read.file.dispatchInputs }
    : { name: path, findings: read.findings, events: [], dispatchInputs: {} };
}
