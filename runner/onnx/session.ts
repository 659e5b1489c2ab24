import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { env, InferenceSession, listSupportedBackends, Tensor } from "onnxruntime-node";
import { AssayError, type Reason } from "../../core/fault.ts";
import { inspectModel } from "./inspect.ts";
import type { InputTensor, ModelDescription, OutputTensor, ValueInfo } from "./port.ts";

const maxBytes = 2 ** 31 - 1;
const fatalOnly = 4;

export type Session = {
  readonly description: ModelDescription;
  readonly run: (inputs: readonly InputTensor[], output: string) => Promise<OutputTensor>;
  readonly close: () => Promise<void>;
};

/**
 * Reads, digests, inspects and loads a model. The session is made from the very bytes that were digested and inspected.
 * Throws model_unreadable, model_unsafe, or bad_usage for a provider that is not there.
 */
export async function openSession(file: string, provider: string): Promise<Session> {
  env.logLevel = "fatal";
  const providers = listSupportedBackends().map((backend) => backend.name);
  if (!providers.includes(provider))
    throw refusal(
      "bad_usage",
      `the provider ${JSON.stringify(provider)} is not in this build: ${providers.join(", ")}`,
    );
  if ((await stat(file)).size > maxBytes) throw refusal("model_unsafe", "the model is larger than 2 GiB", file);
  const bytes = await readFile(file);
  const inspection = inspectModel(bytes);
  if (!inspection.ok) throw new AssayError({ ...inspection.fault, place: { file } });

  const session = await load(bytes, provider).catch(async (error: unknown) => {
    // What loads on the CPU is no broken model: the provider is missing here, or its libraries are.
    const onCpu = provider === "cpu" ? null : await load(bytes, "cpu").catch(() => null);
    await onCpu?.release();
    if (onCpu === null) throw refusal("model_unreadable", `the model does not load: ${reason(error)}`, file);
    throw refusal("bad_usage", `the provider ${provider} does not work on this machine: ${reason(error)}`);
  });
  return {
    description: {
      digest: `sha256:${createHash("sha256").update(bytes).digest("hex")}`,
      bytes: bytes.length,
      parameters: inspection.parameters,
      inputs: session.inputMetadata.map(describe),
      outputs: session.outputMetadata.map(describe),
      runtime: `onnxruntime-node ${env.versions.node}`,
    },
    run: (inputs, output) => run(session, inputs, output),
    close: () => session.release(),
  };
}

async function load(bytes: Uint8Array, provider: string): Promise<InferenceSession> {
  return InferenceSession.create(bytes, {
    executionProviders: [provider],
    // One thread per session: sums are added in the same order on every machine size.
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: fatalOnly,
    extra: { session: { load_model_format: "ONNX" } },
  });
}

async function run(session: InferenceSession, inputs: readonly InputTensor[], output: string): Promise<OutputTensor> {
  const feeds = Object.fromEntries(inputs.map((input) => [input.name, toTensor(input)]));
  const results = await session
    .run(feeds, [output], { logSeverityLevel: fatalOnly })
    .catch((error: unknown) =>
      Promise.reject(refusal("model_inputs_differ", `the model does not run on these rows: ${reason(error)}`)),
    );
  const result = results[output];
  if (result === undefined) throw refusal("model_output_differs", `the model gave no output ${JSON.stringify(output)}`);
  const { data, dims, type } = result;
  if (!(data instanceof Float32Array || data instanceof Float64Array))
    throw refusal(
      "model_output_differs",
      `the output ${JSON.stringify(output)} is ${type}; expected float32 or float64`,
    );
  return { shape: dims, data: Float64Array.from(data) };
}

function toTensor({ type, data, shape }: InputTensor): Tensor {
  if (type === "string") return new Tensor("string", isTexts(data) ? [...data] : [], shape);
  if (isTexts(data)) throw new Error(`text for an input of type ${type}`);
  return new Tensor(type, data, shape);
}

function isTexts(data: InputTensor["data"]): data is readonly string[] {
  return Array.isArray(data);
}

function describe(value: InferenceSession.ValueMetadata): ValueInfo {
  if (!value.isTensor) return { kind: "other", name: value.name };
  return { kind: "tensor", name: value.name, type: value.type, shape: [...value.shape] };
}

function refusal(reason: Reason, message: string, file?: string): AssayError {
  return new AssayError({ reason, message, ...(file === undefined ? {} : { place: { file } }) });
}

/** The first line of the runtime's message; it may quote names out of the model, so it is cut. */
function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split("\n")[0] ?? "").slice(0, 500);
}
