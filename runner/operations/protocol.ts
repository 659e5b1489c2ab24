import type { Fault } from "../../core/fault.ts";
import type { InputTensor } from "../onnx/port.ts";

/** What a model is asked while it is timed: one row, or a batch of them. */
export type Requests = {
  readonly single: readonly InputTensor[];
  readonly batch: readonly InputTensor[];
  /** Name of the output that is computed. */
  readonly output: string;
};

export type Size = "single" | "batch";

// What a measuring process and its parent say to each other.
export type ProbeRequest =
  | { readonly kind: "open"; readonly file: string; readonly provider: string; readonly requests: Requests }
  | { readonly kind: "time"; readonly size: Size; readonly queries: number }
  | { readonly kind: "peak" };

export type ProbeAnswer =
  /** The runtime is loaded: an empty process is as far as this. */
  | { readonly kind: "ready" }
  | { readonly kind: "opened" }
  /** Milliseconds of each query. */
  | { readonly kind: "timed"; readonly ms: Float64Array }
  /** The most memory that the process has held so far. */
  | { readonly kind: "peak"; readonly bytes: number }
  | { readonly kind: "refused"; readonly fault: Fault };
