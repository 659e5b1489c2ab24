import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { type Act, act, endOf, endRun, hear, look, lose, openTwoPulls, quiet, type TwoPulls } from "./two-pulls.ts";

type Trouble = { readonly kind: "hear" | "lose" | "end" | "look"; readonly pick: number };

/** What people do in a row: mostly one thing, or a closing that is soon regretted. */
const groups: fc.Arbitrary<readonly Act["kind"][]> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(["push"] as const) },
  { weight: 4, arbitrary: fc.constant(["merge"] as const) },
  { weight: 2, arbitrary: fc.constantFrom(["close"] as const, ["reopen"] as const, ["retarget"] as const) },
  { weight: 3, arbitrary: fc.constantFrom(["close", "reopen"] as const, ["close", "reopen", "merge"] as const) },
);

const troubles: fc.Arbitrary<Trouble> = fc.record({
  kind: fc.oneof(
    { weight: 5, arbitrary: fc.constant("hear" as const) },
    { weight: 5, arbitrary: fc.constant("end" as const) },
    { weight: 3, arbitrary: fc.constant("lose" as const) },
    { weight: 1, arbitrary: fc.constant("look" as const) },
  ),
  pick: fc.nat(20),
});

/** Something goes wrong between any two acts, in an order of its own. */
const lives = fc.record({
  history: fc
    .array(
      fc.record({
        kinds: groups,
        number: fc.constantFrom(1 as const, 2 as const),
        isQuick: fc.boolean(),
        troubles: fc.array(fc.array(troubles, { maxLength: 6 }), { minLength: 3, maxLength: 3 }),
      }),
      { minLength: 2, maxLength: 8 },
    )
    .map((all) =>
      all.flatMap(({ kinds, number, isQuick, troubles: after }) =>
        kinds.map((kind, index) => ({ act: { kind, number, isQuick }, troubles: after[index] ?? [] })),
      ),
    ),
  isRebased: fc.boolean(),
});

function live(isRebased: boolean, through: (world: TwoPulls) => void) {
  const world = openTwoPulls(isRebased);
  through(world);
  quiet(world);
  look(world);
  quiet(world);
  return endOf(world);
}

function trouble(world: TwoPulls, { kind, pick }: Trouble): void {
  if (kind === "hear") hear(world, pick);
  else if (kind === "end") endRun(world, pick);
  else if (kind === "lose") lose(world, pick);
  else look(world);
}

test("whatever is lost, late or swapped about two pull requests, and whichever run ends first, it ends as undisturbed", () => {
  fc.assert(
    fc.property(lives, ({ history, isRebased }) => {
      const undisturbed = live(isRebased, (world) => {
        quiet(world);
        for (const step of history) {
          act(world, step.act);
          quiet(world);
        }
      });
      const disturbed = live(isRebased, (world) => {
        for (const step of history) {
          act(world, step.act);
          for (const one of step.troubles) trouble(world, one);
        }
      });
      assert.deepEqual(disturbed, undisturbed);
    }),
    { numRuns: 250 },
  );
});
