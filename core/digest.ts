import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** Canonical JSON after RFC 8785: keys sorted by UTF-16 code units, no white space, numbers as ECMAScript prints them. */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== "object") {
    if (typeof value === "number" && !Number.isFinite(value))
      throw new TypeError("canonical JSON has no NaN or infinity");
    return JSON.stringify(value);
  }
  if (isList(value)) return `[${value.map((item) => canonicalJson(item)).join(",")}]`;
  const members = Object.entries(value)
    .filter((member): member is [string, Json] => member[1] !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`);
  return `{${members.join(",")}}`;
}

function isList(value: Json & object): value is readonly Json[] {
  return Array.isArray(value);
}

/** `sha256:<hex>` of a text (UTF-8) or of bytes. */
export function digest(of: string | Uint8Array): string {
  return `sha256:${bytesToHex(sha256(typeof of === "string" ? utf8ToBytes(of) : of))}`;
}

/** Digest of a value, independent of the order of its keys. */
export function digestJson(value: Json): string {
  return digest(canonicalJson(value));
}
