/**
 * IEEE 754 binary16 as the bits in a Uint16Array: Node 22 has no Float16Array. From doubles with one rounding, to
 * nearest, ties to even.
 */
const single = new Float32Array(1);
const bits = new Uint32Array(single.buffer);

/** The bits of the nearest half. */
export function toHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  // Halfway between the largest half, 65504, and what would be the next one.
  if (size >= 65_520) return sign | 0x7c00;
  if (size < 2 ** -14) return sign | roundToEven(size * 2 ** 24);
  single[0] = size;
  const exponent = Math.min(((bits[0] ?? 0) >>> 23) - 127, 15);
  // The single may have been rounded up to the next power of two; the double says which it is.
  const power = size < 2 ** exponent ? exponent - 1 : exponent;
  const fraction = roundToEven((size / 2 ** power - 1) * 1_024);
  // A fraction of 1024 carries into the exponent, as it should.
  return sign | (((power + 15) << 10) + fraction);
}

/** The number that the bits stand for. */
export function fromHalf(half: number): number {
  const sign = (half & 0x8000) === 0 ? 1 : -1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1_024) * 2 ** (exponent - 15));
}

function roundToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
