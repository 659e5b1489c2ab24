import { fieldsOf } from "./wire.ts";

/** Elements that a model may fix for one input or output: a gibibyte of floats. */
const maxElements = 2n ** 28n;
/** Dimensions: the runtime's own limit is lower for most operators. */
const maxRank = 32;

/** A tensor as a file describes it; `type` is onnx.proto3's TensorProto.DataType, `bytes` what it takes in the file. */
export type Dimensions = {
  readonly name: string;
  readonly dims: readonly bigint[];
  readonly type: number;
  readonly bytes: number;
};

/** What is wrong with the shape of a stored tensor, or null: its elements have to fit the bytes that it takes. */
export function checkTensor({ name, dims, type, bytes }: Dimensions): string | null {
  const elements = elementsOf(dims);
  if (elements === null) return `${name} has the shape [${dims.slice(0, 8).join(", ")}]`;
  // Without a limit by bytes, the limit of an input.
  const limit = Number.isFinite(bytes) ? (BigInt(bytes) * 8n) / BigInt(leastBits(type)) : maxElements;
  if (elements <= limit) return null;
  const room = Number.isFinite(bytes) ? `, more than its ${bytes} bytes can hold` : "";
  return `${name} has the shape [${dims.slice(0, 8).join(", ")}]${room}`;
}

/** Bits that an element takes at least, in raw_data or as a packed number. */
function leastBits(type: number): number {
  switch (type) {
    case 1: // FLOAT
      return 32;
    case 11: // DOUBLE
      return 64;
    case 21: // UINT4
    case 22: // INT4
    case 23: // FLOAT4E2M1
      return 4;
    case 25: // UINT2
    case 26: // INT2
      return 2;
    default:
      return 8;
  }
}

/** The product of dimensions, or null where one is negative or there are too many. */
function elementsOf(dims: readonly bigint[]): bigint | null {
  if (dims.length > maxRank || dims.some((dim) => dim < 0n)) return null;
  return dims.reduce((product, dim) => product * dim, 1n);
}

/** What is wrong with the shape of a ValueInfoProto, or null. */
export function checkValue(value: Uint8Array): string | null {
  let name = "";
  let dims: readonly bigint[] = [];
  for (const field of fieldsOf(value)) {
    if (field.kind !== "bytes") continue;
    if (field.number === 1) name = Buffer.from(field.bytes.subarray(0, 200)).toString("utf8");
    // TypeProto, of which 1 is a tensor, of which 2 is the shape, of which 1 is each dimension.
    if (field.number === 2) dims = messages([field.bytes], [1, 2, 1]).flatMap(fixedSize);
  }
  const shown = `${JSON.stringify(name)} has the fixed shape [${dims.slice(0, 8).join(", ")}]`;
  if (dims.some((dim) => dim < 0n)) return `${shown}; a dimension that is free has a name instead`;
  const elements = elementsOf(dims);
  return elements === null || elements > maxElements ? `${shown}, more than ${maxElements} elements` : null;
}

/** The messages at a path of field numbers. */
function messages(of: readonly Uint8Array[], [number, ...rest]: readonly number[]): readonly Uint8Array[] {
  if (number === undefined) return of;
  const found = of.flatMap((message) =>
    [...fieldsOf(message)].flatMap((field) => (field.kind === "bytes" && field.number === number ? [field.bytes] : [])),
  );
  return messages(found, rest);
}

/** The size of a dimension; none where it has a name. */
function fixedSize(dimension: Uint8Array): readonly bigint[] {
  return [...fieldsOf(dimension)].flatMap((field) =>
    field.kind === "varint" && field.number === 1 ? [BigInt.asIntN(64, field.value)] : [],
  );
}
