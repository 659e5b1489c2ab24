import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { env, InferenceSession, listSupportedBackends } from "onnxruntime-node";
import { AssayError, type Reason } from "../../core/fault.ts";
import { inspectModel } from "./inspect.ts";
import type { ModelDescription, OutputTensor, ValueInfo } from "./port.ts";
import { readTensor, type Tensors } from "./tensors.ts";

const maxBytes = 2 ** 31 - 1;
const fatalOnly = 4;

export type Session = {
  readonly description: ModelDescription;
  /** Other models may run on the same tensors. */
  readonly run: (tensors: Tensors, output: string) => Promise<OutputTensor>;
  /** Writes the profile of the runs so far, where one was asked for. */
  readonly endProfile: () => void;
  readonly close: () => Promise<void>;
};

export type SessionOptions = {
  /** Where the runtime writes its profile: the beginning of a file name. */
  readonly profileIn?: string;
};

/**
 * Reads, digests, inspects and loads a model. The session is made from the very bytes that were digested and inspected.
 * Throws model_unreadable, model_unsafe, or bad_usage for a provider that is not there.
 */
export async function openSession(file: string, provider: string, options: SessionOptions = {}): Promise<Session> {
  env.logLevel = "fatal";
  const providers = listSupportedBackends().map((backend) => backend.name);
  if (provider !== "auto" && !providers.includes(provider))
    throw refusal(
      "bad_usage",
      `the provider ${JSON.stringify(provider)} is not in this build: ${[...providers, "auto"].join(", ")}`,
    );
  if ((await stat(file)).size > maxBytes) throw refusal("model_unsafe", "the model is larger than 2 GiB", file);
  const bytes = await readFile(file);
  const inspection = inspectModel(bytes);
  if (!inspection.ok) throw new AssayError({ ...inspection.fault, place: { file } });

  const { session, used } = await (provider === "auto"
    ? loadBest(bytes, providers, options)
    : loadOn(bytes, provider, options)
  ).catch((error: unknown) => {
    if (error instanceof AssayError) throw error;
    throw refusal("model_unreadable", `the model does not load: ${reason(error)}`, file);
  });
  return {
    description: {
      digest: `sha256:${createHash("sha256").update(bytes).digest("hex")}`,
      bytes: bytes.length,
      parameters: inspection.parameters,
      inputs: session.inputMetadata.map(describe),
      outputs: session.outputMetadata.map(describe),
      runtime: `onnxruntime-node ${env.versions.node}`,
      provider: used,
    },
    run: (tensors, output) => run(session, tensors, output, file),
    endProfile: () => session.endProfiling(),
    close: () => session.release(),
  };
}

type Loaded = { readonly session: InferenceSession; readonly used: string };

/** On the GPU where the build, the driver and the libraries allow it. */
async function loadBest(bytes: Uint8Array, providers: readonly string[], options: SessionOptions): Promise<Loaded> {
  const onGpu = providers.includes("cuda") ? await load(bytes, "cuda", options).catch(() => null) : null;
  if (onGpu !== null) return { session: onGpu, used: "cuda" };
  return { session: await load(bytes, "cpu", options), used: "cpu" };
}

async function loadOn(bytes: Uint8Array, provider: string, options: SessionOptions): Promise<Loaded> {
  const session = await load(bytes, provider, options).catch(async (error: unknown) => {
    // What loads on the CPU is no broken model: the provider is missing here, or its libraries are.
    const onCpu = provider === "cpu" ? null : await load(bytes, "cpu", {}).catch(() => null);
    await onCpu?.release();
    if (onCpu === null) throw error;
    throw refusal("bad_usage", `the provider ${provider} does not work on this machine: ${reason(error)}`);
  });
  return { session, used: provider };
}

async function load(bytes: Uint8Array, provider: string, { profileIn }: SessionOptions): Promise<InferenceSession> {
  return InferenceSession.create(bytes, {
    executionProviders: [provider],
    // One thread per session: sums are added in the same order on every machine size.
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: fatalOnly,
    extra: { session: { load_model_format: "ONNX" } },
    ...(profileIn === undefined ? {} : { enableProfiling: true, profileFilePrefix: profileIn }),
  });
}

async function run(session: InferenceSession, tensors: Tensors, output: string, file: string): Promise<OutputTensor> {
  const results = await session
    .run(tensors, [output], { logSeverityLevel: fatalOnly })
    .catch((error: unknown) =>
      Promise.reject(refusal("model_inputs_differ", `the model does not run on these rows: ${reason(error)}`, file)),
    );
  const result = results[output];
  if (result === undefined)
    throw refusal("model_output_differs", `the model gave no output ${JSON.stringify(output)}`, file);
  return readTensor(output, result);
}

function describe(value: InferenceSession.ValueMetadata): ValueInfo {
  if (!value.isTensor) return { kind: "other", name: value.name };
  return { kind: "tensor", name: value.name, type: value.type, shape: [...value.shape] };
}

export function refusal(reason: Reason, message: string, file?: string): AssayError {
  return new AssayError({ reason, message, ...(file === undefined ? {} : { place: { file } }) });
}

/** The first line of the runtime's message; it may quote names out of the model, so it is cut. */
function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split("\n")[0] ?? "").slice(0, 500);
}
