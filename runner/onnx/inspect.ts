import type { Fault } from "../../core/fault.ts";
import { checkTensor, checkValue, type Dimensions } from "./shapes.ts";
import { type Field, fieldsOf, packed, WireError } from "./wire.ts";

export type Inspection =
  | { readonly ok: true; readonly parameters: number }
  | { readonly ok: false; readonly fault: Fault };

/** Operator domains that come with ONNX Runtime and run no code of the model's author. */
const knownDomains: readonly string[] = ["", "ai.onnx", "ai.onnx.ml", "com.microsoft"];
const maxDepth = 64;

type Findings = {
  external: string | null;
  /** What is wrong with the first shape that cannot be meant. */
  absurd: string | null;
  parameters: number;
  sawGraph: boolean;
  sawOpset: boolean;
  readonly operators: Set<string>;
  readonly functions: Set<string>;
};

/**
 * A look at the bytes of an ONNX file before any session opens: no external data (a path of the author's choice), no
 * operators of unknown domains, unless the model itself defines them as functions, and no shape that cannot be meant: it
 * would have memory set aside for it. Field numbers are those of onnx.proto3.
 */
export function inspectModel(bytes: Uint8Array): Inspection {
  const unreadable = (message: string): Inspection => ({ ok: false, fault: { reason: "model_unreadable", message } });
  const unsafe = (message: string): Inspection => ({ ok: false, fault: { reason: "model_unsafe", message } });
  // ONNX Runtime would load its own format, which this inspection cannot read, by this mark alone.
  if (Buffer.from(bytes.subarray(4, 8)).toString("latin1") === "ORTM")
    return unreadable("the file is in ORT format; export ONNX");

  if (Buffer.from(bytes.subarray(0, 24)).toString("latin1").startsWith("version https://git-lfs"))
    return unreadable("the file is a Git LFS pointer, not the model; run git lfs pull");

  const findings: Findings = {
    external: null,
    absurd: null,
    parameters: 0,
    sawGraph: false,
    sawOpset: false,
    operators: new Set(),
    functions: new Set(),
  };
  try {
    walkModel(bytes, findings);
  } catch (error) {
    if (error instanceof WireError) return unreadable(`the file is not an ONNX model: ${error.message}`);
    throw error;
  }
  if (!findings.sawGraph || !findings.sawOpset) return unreadable("the file is not an ONNX model: it holds no graph");
  if (findings.external !== null)
    return unsafe(
      `tensor ${JSON.stringify(findings.external)} is kept in another file; save the model with its data inside`,
    );
  if (findings.absurd !== null) return unsafe(findings.absurd);
  const custom = [...findings.operators].filter((name) => {
    const domain = name.slice(0, name.lastIndexOf(":"));
    return !knownDomains.includes(domain) && !findings.functions.has(name);
  });
  if (custom.length > 0)
    return unsafe(
      `the model uses operators outside ONNX: ${custom
        .slice(0, 5)
        .map((name) => JSON.stringify(name))
        .join(", ")}`,
    );
  return { ok: true, parameters: findings.parameters };
}

function walkModel(model: Uint8Array, findings: Findings): void {
  for (const field of fieldsOf(model)) {
    if (field.number === 8) findings.sawOpset = true;
    if (field.kind !== "bytes") continue;
    if (field.number === 7) {
      findings.sawGraph = true;
      walkGraph(field.bytes, findings, 0);
    }
    if (field.number === 20) walkTraining(field.bytes, findings);
    if (field.number === 25) walkFunction(field.bytes, findings);
  }
}

function walkTraining(training: Uint8Array, findings: Findings): void {
  for (const field of fieldsOf(training))
    if (field.kind === "bytes" && (field.number === 1 || field.number === 2)) walkGraph(field.bytes, findings, 0);
}

function walkGraph(graph: Uint8Array, findings: Findings, depth: number): void {
  if (depth > maxDepth) throw new WireError("graphs nested too deeply");
  for (const field of fieldsOf(graph)) {
    if (field.kind !== "bytes") continue;
    if (field.number === 1) walkNode(field.bytes, findings, depth);
    if (field.number === 5) findings.parameters += walkTensor(field.bytes, findings);
    if (field.number === 15) findings.parameters += walkSparse(field.bytes, findings);
    // The values that enter and leave the model: inside, shapes are the runtime's own reckoning.
    if (depth === 0 && (field.number === 11 || field.number === 12)) findings.absurd ??= checkValue(field.bytes);
  }
}

function walkFunction(body: Uint8Array, findings: Findings): void {
  let name = "";
  let domain = "";
  for (const field of fieldsOf(body)) {
    if (field.kind !== "bytes") continue;
    if (field.number === 1) name = text(field.bytes);
    if (field.number === 10) domain = text(field.bytes);
    if (field.number === 7) walkNode(field.bytes, findings, 0);
    if (field.number === 11) walkAttribute(field.bytes, findings, 0);
  }
  findings.functions.add(`${domain}:${name}`);
}

function walkNode(node: Uint8Array, findings: Findings, depth: number): void {
  let operator = "";
  let domain = "";
  for (const field of fieldsOf(node)) {
    if (field.kind !== "bytes") continue;
    if (field.number === 4) operator = text(field.bytes);
    if (field.number === 7) domain = text(field.bytes);
    if (field.number === 5) walkAttribute(field.bytes, findings, depth);
  }
  findings.operators.add(`${domain}:${operator}`);
}

function walkAttribute(attribute: Uint8Array, findings: Findings, depth: number): void {
  for (const field of fieldsOf(attribute)) {
    if (field.kind !== "bytes") continue;
    if (field.number === 5 || field.number === 10) walkTensor(field.bytes, findings);
    if (field.number === 22 || field.number === 23) walkSparse(field.bytes, findings);
    if (field.number === 6 || field.number === 11) walkGraph(field.bytes, findings, depth + 1);
  }
}

/** Gives the number of values that are stored. */
function walkSparse(tensor: Uint8Array, findings: Findings): number {
  let values = 0;
  const dims: bigint[] = [];
  for (const field of fieldsOf(tensor)) {
    if (field.number === 3) dims.push(...dimensionsOf(field));
    if (field.kind !== "bytes") continue;
    if (field.number === 1) values = walkTensor(field.bytes, findings);
    if (field.number === 2) walkTensor(field.bytes, findings);
  }
  findings.absurd ??= checkTensor({ name: "a sparse tensor", dims, type: 0, bytes: Number.POSITIVE_INFINITY });
  return values;
}

/** Gives the number of elements, the product of the dimensions. */
function walkTensor(tensor: Uint8Array, findings: Findings): number {
  let name = "";
  let type = 0;
  let external = false;
  const dims: bigint[] = [];
  for (const field of fieldsOf(tensor)) {
    if (field.number === 1) dims.push(...dimensionsOf(field));
    if (field.number === 2 && field.kind === "varint") type = Number(field.value);
    if (field.number === 8 && field.kind === "bytes") name = text(field.bytes);
    if (field.number === 13) external = true;
    if (field.number === 14 && field.kind === "varint" && field.value !== 0n) external = true;
  }
  if (external) findings.external ??= name;
  const described: Dimensions = { name: `tensor ${JSON.stringify(name)}`, dims, type, bytes: tensor.length };
  findings.absurd ??= checkTensor(described);
  return dims.reduce((product, dim) => product * Number(dim), 1);
}

function dimensionsOf(field: Field): readonly bigint[] {
  const values = field.kind === "varint" ? [field.value] : field.kind === "bytes" ? [...packed(field.bytes)] : [];
  return values.map((value) => BigInt.asIntN(64, value));
}

function text(bytes: Uint8Array): string {
  // Names end up in messages: long ones are cut.
  return Buffer.from(bytes.subarray(0, 200)).toString("utf8");
}
