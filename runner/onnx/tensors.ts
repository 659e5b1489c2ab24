import { Tensor } from "onnxruntime-node";
import { AssayError } from "../../core/fault.ts";
import { fromHalf } from "./float16.ts";
import type { InputTensor, OutputTensor } from "./port.ts";

/** Tensors of the runtime by the names of the inputs. */
export type Tensors = Readonly<Record<string, Tensor>>;

export function tensorsOf(inputs: readonly InputTensor[]): Tensors {
  return Object.fromEntries(inputs.map((input) => [input.name, toTensor(input)]));
}

/** A tensor of the runtime on the very memory of ours, texts excepted. */
function toTensor({ type, data, shape }: InputTensor): Tensor {
  if (type === "string") return new Tensor("string", textsOf(data), shape);
  if (!ArrayBuffer.isView(data)) throw new Error(`text for an input of type ${type}`);
  const tensor = new Tensor(type, data, shape);
  // Where there is a Float16Array, the tensor makes one of the bits; the runtime's native side cannot look into it.
  return type === "float16" ? Object.defineProperty(tensor, "data", { value: data }) : tensor;
}

function textsOf(data: InputTensor["data"]): string[] {
  if (ArrayBuffer.isView(data)) throw new Error("numbers for an input of type string");
  if (isTexts(data)) return [...data];
  const { codes, values } = data;
  const texts: string[] = [];
  for (let at = 0; at < codes.length; at++) texts.push(values[codes[at] ?? 0] ?? "");
  return texts;
}

function isTexts(data: InputTensor["data"]): data is readonly string[] {
  return Array.isArray(data);
}

/** What an output holds, as doubles or texts: a copy, so that the runtime's memory can go. */
export function readTensor(name: string, { data, dims, type }: Tensor): OutputTensor {
  switch (type) {
    case "string":
      if (isTextArray(data)) return { shape: dims, data };
      break;
    case "float16":
      if (ArrayBuffer.isView(data)) return { shape: dims, data: halves(data) };
      break;
    case "int64":
    case "uint64":
      if (data instanceof BigInt64Array || data instanceof BigUint64Array)
        return { shape: dims, data: wholeNumbers(data) };
      break;
    default:
      if (isNumberArray(data)) return { shape: dims, data: new Float64Array(data) };
  }
  throw new AssayError({
    reason: "model_output_differs",
    message: `the output ${JSON.stringify(name)} is of type ${type}, which cannot be read`,
  });
}

function halves({ buffer, byteOffset, byteLength }: ArrayBufferView): Float64Array<ArrayBuffer> {
  const source = new Uint16Array(buffer, byteOffset, byteLength / 2);
  const values = new Float64Array(source.length);
  for (let at = 0; at < source.length; at++) values[at] = fromHalf(source[at] ?? 0);
  return values;
}

function wholeNumbers(source: BigInt64Array | BigUint64Array): Float64Array<ArrayBuffer> {
  const values = new Float64Array(source.length);
  for (let at = 0; at < source.length; at++) values[at] = Number(source[at] ?? 0n);
  return values;
}

function isTextArray(data: Tensor["data"]): data is string[] {
  return Array.isArray(data);
}

function isNumberArray(
  data: Tensor["data"],
): data is Float32Array | Float64Array | Int8Array | Int16Array | Int32Array | Uint8Array | Uint16Array | Uint32Array {
  return ArrayBuffer.isView(data) && !(data instanceof BigInt64Array) && !(data instanceof BigUint64Array);
}
