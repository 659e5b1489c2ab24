import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { reasonCodes } from "../../core/fault.ts";
import { chain, type Decision, firstBreak, type LedgerEntry, ledgerStart } from "../../core/ledger.ts";

const decision: fc.Arbitrary<Decision> = fc.record({
  what: fc.string({ minLength: 1 }),
  reason: fc.constantFrom(null, ...reasonCodes),
  by: fc.string(),
  subject: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.constant(null))),
});

const entries = fc.array(decision, { minLength: 2, maxLength: 8 }).map((decisions) => {
  let previous = ledgerStart;
  return decisions.map((one, index): LedgerEntry => {
    const entry = chain(one, `2026-01-01T00:00:${String(index).padStart(2, "0")}.000Z`, 7, previous);
    previous = entry.hash;
    return entry;
  });
});
const withPosition = entries.chain((list) => fc.tuple(fc.constant(list), fc.nat(list.length - 1)));

test("a ledger as it was written has no break, and neither has an empty one", () => {
  fc.assert(fc.property(entries, (list) => assert.equal(firstBreak(list), null)));
  assert.equal(firstBreak([]), null);
});

test("an edited entry breaks the chain where it stands, whatever was edited", () => {
  const edits: readonly ((entry: LedgerEntry) => LedgerEntry)[] = [
    (entry) => ({ ...entry, what: `${entry.what}!` }),
    (entry) => ({ ...entry, by: `${entry.by}!` }),
    (entry) => ({ ...entry, at: "2027-01-01T00:00:00.000Z" }),
    (entry) => ({ ...entry, repositoryId: 8 }),
    (entry) => ({ ...entry, reason: entry.reason === "internal" ? null : "internal" }),
    (entry) => ({ ...entry, subject: { ...entry.subject, added: 1 } }),
    (entry) => ({ ...entry, hash: entry.previous }),
    (entry) => ({ ...entry, previous: entry.hash }),
  ];
  fc.assert(
    fc.property(withPosition, fc.constantFrom(...edits), ([list, at], edit) => {
      assert.equal(firstBreak(list.map((entry, index) => (index === at ? edit(entry) : entry))), at);
    }),
  );
});

test("a removed entry breaks the chain at the one after it", () => {
  fc.assert(
    fc.property(withPosition, ([list, at]) => {
      fc.pre(at < list.length - 1);
      assert.equal(firstBreak(list.toSpliced(at, 1)), at);
    }),
  );
});

test("two neighbors that changed places break the chain at the first of them", () => {
  fc.assert(
    fc.property(withPosition, ([list, at]) => {
      const [first, second] = [list[at], list[at + 1]];
      fc.pre(first !== undefined && second !== undefined);
      assert.equal(firstBreak(list.toSpliced(at, 2, second, first)), at);
    }),
  );
});

test("an entry written again with a hash of its own breaks the chain at the next", () => {
  fc.assert(
    fc.property(withPosition, ([list, at]) => {
      const old = list[at];
      fc.pre(old !== undefined && at < list.length - 1);
      const { what, reason, by, subject } = old;
      const forged = chain({ what: `${what}!`, reason, by, subject }, old.at, 7, old.previous);
      assert.equal(firstBreak(list.toSpliced(at, 1, forged)), at + 1);
    }),
  );
});
