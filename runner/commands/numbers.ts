import { type Arguments, valueOf } from "../cli/command.ts";
import { badUsage } from "../cli/failure.ts";

/** A whole number of at least `least`, at most a billion. */
export function countOf(flag: string, text: string, least: number): number {
  const value = /^\d{1,10}$/.test(text.replaceAll(/[_,]/g, "")) ? Number(text.replaceAll(/[_,]/g, "")) : Number.NaN;
  if (value >= least && value <= 1e9) return value;
  throw badUsage(`--${flag} must be a whole number from ${least} to 1,000,000,000, not ${text}`);
}

/** A number such as 0.05 or 5%, within the limits; null where the flag is not given. */
export function shareOf(
  given: Arguments,
  flag: string,
  { low, high }: { readonly low: number; readonly high: number },
): number | null {
  const text = valueOf(given, flag);
  if (text === null) return null;
  const found = /^(\d+(?:\.\d*)?|\.\d+)(%?)$/.exec(text.trim());
  const value = found === null ? Number.NaN : Number(`${found[1] ?? ""}${found[2] === "%" ? "e-2" : ""}`);
  if (value >= low && value <= high) return value;
  const range =
    high === 1e12 ? "a positive number" : `a number from ${Number(low.toPrecision(4))} to ${high}, such as 0.05 or 5%`;
  throw badUsage(`--${flag} must be ${range}, not ${text}`);
}
