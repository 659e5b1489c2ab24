/**
 * Protocol Buffers wire format (protobuf.dev/programming-guides/encoding), only as far as a look at an ONNX file needs:
 * fields are visited in place, nothing is copied, and every length is checked against the bytes that enclose it.
 */
export type Field =
  | { readonly number: number; readonly kind: "varint"; readonly value: bigint }
  | { readonly number: number; readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly number: number; readonly kind: "fixed" };

export class WireError extends Error {}

/** The fields of one message, in order. Throws WireError where the bytes are not a message. */
export function* fieldsOf(message: Uint8Array): Generator<Field> {
  let at = 0;
  while (at < message.length) {
    const key = varint(message, at);
    at = key.next;
    const number = Number(key.value >> 3n);
    const wireType = Number(key.value & 7n);
    if (number === 0 || number > 0x1fffffff) throw new WireError(`field number ${number}`);
    switch (wireType) {
      case 0: {
        const { value, next } = varint(message, at);
        at = next;
        yield { number, kind: "varint", value };
        break;
      }
      case 2: {
        const length = varint(message, at);
        if (length.value > BigInt(message.length - length.next)) throw new WireError("a length beyond the end");
        at = length.next + Number(length.value);
        yield { number, kind: "bytes", bytes: message.subarray(length.next, at) };
        break;
      }
      case 1:
      case 5: {
        at += wireType === 1 ? 8 : 4;
        if (at > message.length) throw new WireError("a number beyond the end");
        yield { number, kind: "fixed" };
        break;
      }
      default:
        throw new WireError(`wire type ${wireType}`);
    }
  }
}

/** The varints of a packed repeated field. */
export function* packed(bytes: Uint8Array): Generator<bigint> {
  let at = 0;
  while (at < bytes.length) {
    const { value, next } = varint(bytes, at);
    at = next;
    yield value;
  }
}

function varint(bytes: Uint8Array, start: number): { readonly value: bigint; readonly next: number } {
  let value = 0n;
  for (let index = 0; index < 10; index += 1) {
    const byte = bytes[start + index];
    if (byte === undefined) throw new WireError("a number beyond the end");
    value |= BigInt(byte & 0x7f) << BigInt(7 * index);
    if (byte < 0x80) return { value: BigInt.asUintN(64, value), next: start + index + 1 };
  }
  throw new WireError("a number longer than ten bytes");
}
