import type { Fault } from "../../core/fault.ts";

/**
 * The port between the runner and an ONNX runtime. Nothing outside runner/onnx/ knows which runtime it is, and everything
 * that crosses is plain data, because it crosses threads.
 */
export type TensorData = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array | readonly string[];

export type InputTensor = {
  readonly name: string;
  readonly type: InputType;
  readonly shape: readonly number[];
  readonly data: TensorData;
};

export const inputTypes = ["float32", "float64", "int32", "int64", "bool", "string"] as const;
export type InputType = (typeof inputTypes)[number];

export type OutputTensor = {
  readonly shape: readonly number[];
  readonly data: Float64Array<ArrayBuffer>;
};

/** An input or output as the model declares it. Dimensions: a number is fixed, a text is free. */
export type ValueInfo =
  | {
      readonly kind: "tensor";
      readonly name: string;
      readonly type: string;
      readonly shape: readonly (number | string)[];
    }
  | { readonly kind: "other"; readonly name: string };

export type ModelDescription = {
  readonly digest: string;
  readonly bytes: number;
  /** Elements of all initializers; null when absurd. */
  readonly parameters: number | null;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** Such as `onnxruntime-node 1.30.0`. */
  readonly runtime: string;
};

/** One thread with the model loaded; runs one batch at a time. */
export type Lane = {
  readonly run: (inputs: readonly InputTensor[], output: string) => Promise<OutputTensor>;
};

export type OpenModel = {
  readonly file: string;
  /** How messages call this model: candidate or baseline. */
  readonly role: string;
  readonly description: ModelDescription;
  readonly lanes: readonly Lane[];
  readonly close: () => Promise<void>;
};

export type OpenOptions = {
  readonly file: string;
  readonly role: string;
  readonly provider: string;
  readonly lanes: number;
};

// What the threads say to each other.
export type LaneRequest =
  | { readonly kind: "open"; readonly file: string; readonly provider: string }
  | { readonly kind: "run"; readonly inputs: readonly InputTensor[]; readonly output: string }
  | { readonly kind: "close" };

export type LaneAnswer =
  | { readonly kind: "opened"; readonly description: ModelDescription }
  | { readonly kind: "ran"; readonly output: OutputTensor }
  | { readonly kind: "refused"; readonly fault: Fault };
