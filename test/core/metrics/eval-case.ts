import assert from "node:assert/strict";
import { z } from "zod";

/** A case of fixtures/metrics/eval-cases.json. */
export const evalCase = z.object({
  id: z.string(),
  input: z.unknown(),
  expected: z.unknown(),
  source: z.string(),
  tol: z.number(),
  note: z.string().optional(),
});
export type EvalCase = z.infer<typeof evalCase>;

/** Runs the product's function on a case and compares. */
export type Check = (of: EvalCase) => void;

export const numbers = z.array(z.number());
export const pair = z.tuple([z.number(), z.number()]);

/** A check of one number, or of a list of them; `undefined` of the product is null. */
export function gives<I>(input: z.ZodType<I>, compute: (input: I) => Got): Check {
  return (of) => near(compute(input.parse(of.input)), of.expected, () => of.tol, of.id);
}

/** The same with a tolerance relative to what is expected, as R's expect_equal has it: its numbers are printed in 7 digits. */
export function givesRelatively<I>(input: z.ZodType<I>, compute: (input: I) => Got): Check {
  return (of) => near(compute(input.parse(of.input)), of.expected, (value) => of.tol * Math.abs(value), of.id);
}

/** A check that the product calls undefined what the other implementation gives a number. */
export function isUndefined<I>(input: z.ZodType<I>, compute: (input: I) => number | null | undefined): Check {
  return (of) => assert.equal(compute(input.parse(of.input)) ?? null, null, of.id);
}

/** What the product gives, in the shape of the case's expected value. */
export type Got = number | null | undefined | ArrayLike<number> | readonly Got[] | { readonly [key: string]: Got };

/** Asserts that every expected number is there, within the tolerance; a key that is missing or too many fails. */
function near(actual: Got, expected: unknown, tolerance: (of: number) => number, where: string): void {
  if (typeof expected === "number") {
    assert.ok(typeof actual === "number", `${where}: the value is undefined`);
    const within = tolerance(expected);
    assert.ok(Math.abs(actual - expected) <= within, `${where}: ${actual} is not ${expected} within ${within}`);
    return;
  }
  assert.ok(typeof actual === "object" && actual !== null, `${where}: no parts, but ${typeof actual}`);
  const expectedParts = new Map(Object.entries(z.looseObject({}).or(z.array(z.unknown())).parse(expected)));
  const parts: ReadonlyMap<string, Got> = new Map(Object.entries(actual));
  assert.deepEqual([...parts.keys()].toSorted(), [...expectedParts.keys()].toSorted(), where);
  for (const [key, value] of expectedParts) near(parts.get(key), value, tolerance, `${where} ${key}`);
}
