import type { Fault } from "../../core/fault.ts";

/**
 * The port between the runner and an ONNX runtime. Nothing outside runner/onnx/ knows which runtime it is, and everything
 * that crosses is plain data, because it crosses threads.
 */
export type Numbers =
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | BigUint64Array<ArrayBuffer>;

/** Texts that repeat: every element is the place of its text in `values`. */
export type CodedTexts = { readonly codes: Int32Array<ArrayBuffer>; readonly values: readonly string[] };

/** float16 as its bits in a Uint16Array, bool as 0 or 1 in a Uint8Array. */
export type TensorData = Numbers | CodedTexts | readonly string[];

export type InputTensor = {
  readonly name: string;
  readonly type: InputType;
  readonly shape: readonly number[];
  readonly data: TensorData;
};

export const inputTypes = [
  "float16",
  "float32",
  "float64",
  "int8",
  "int16",
  "int32",
  "int64",
  "uint8",
  "uint16",
  "uint32",
  "uint64",
  "bool",
  "string",
] as const;
export type InputType = (typeof inputTypes)[number];

/** Numbers of any type as doubles, or texts. */
export type OutputTensor = {
  readonly shape: readonly number[];
  readonly data: Float64Array<ArrayBuffer> | readonly string[];
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
  /** The execution provider that was asked for first, and works: nodes it lacks run on the CPU. */
  readonly provider: string;
};

/** Nodes of a graph by the execution provider that ran them. */
export type NodeCounts = Readonly<Record<string, number>>;

/** Rows that some of a thread's models predict, all of them the same batches. */
export type Block = {
  /** The models by their places. */
  readonly models: readonly number[];
  readonly inputs: readonly InputTensor[];
  /** Rows of each batch; together they are the rows of the inputs. */
  readonly cuts: readonly number[];
  /** A shorter batch is filled up to as many rows; null: it is not. */
  readonly fixedRows: number | null;
  readonly output: string;
};

/** What a model, by its place, is run with for a profile. */
export type Profiled = {
  readonly model: number;
  readonly inputs: readonly InputTensor[];
  readonly output: string;
  /** A folder of the caller's, who removes what is left in it when the run never ends. */
  readonly scratch: string;
};

/** A thread that holds all models; works on one block after the other, in the order in which they are given. */
export type Lane = {
  /** What each model gives, batch by batch. The memory of numeric inputs goes to the thread: they are empty afterwards. */
  readonly run: (block: Block) => Promise<readonly (readonly OutputTensor[])[]>;
  /** Loads a model once more, with the runtime's profiler on, for one run; the profile is in `scratch` for so long. */
  readonly countNodes: (profiled: Profiled) => Promise<NodeCounts>;
};

export type OpenModel = {
  readonly file: string;
  /** How messages call this model: candidate or baseline. */
  readonly role: string;
  readonly description: ModelDescription;
  /** Its place among the models that its lanes hold. */
  readonly place: number;
  readonly lanes: readonly Lane[];
};

export type OpenOptions = {
  readonly models: readonly { readonly file: string; readonly role: string }[];
  /** Name of an execution provider; `auto`: cuda where it works, else cpu. */
  readonly provider: string;
  /** Threads; each holds all the models. */
  readonly lanes: number;
  /** Then nobody waits for an answer any longer. */
  readonly interrupt: AbortSignal;
};

// What the threads say to each other; answers come in the order of the requests. Models are counted as they are opened.
export type LaneRequest =
  | { readonly kind: "open"; readonly file: string; readonly provider: string }
  | ({ readonly kind: "run" } & Block)
  | ({ readonly kind: "count-nodes" } & Profiled)
  | { readonly kind: "close" };

export type LaneAnswer =
  | { readonly kind: "opened"; readonly description: ModelDescription }
  | { readonly kind: "ran"; readonly outputs: readonly (readonly OutputTensor[])[] }
  | { readonly kind: "counted"; readonly nodes: NodeCounts }
  | { readonly kind: "refused"; readonly fault: Fault };
