import type { Operator } from "./tokens.ts";
import type { CompareNode, Flips, Quantity } from "./tree.ts";

/** The one thing that a comparison is about, for which a confidence bound can exist. */
export type Subject =
  | {
      readonly kind: "candidate" | "baseline" | "delta" | "ratio";
      readonly metric: string;
      readonly slice: string | null;
    }
  | { readonly kind: "flips"; readonly id: Flips };

/** A comparison brought to `subject operator limit`. */
export type Normal = { readonly subject: Subject; readonly operator: Operator; readonly limit: number };

type Term = { readonly factor: number; readonly subject: Subject };
type Sum = { readonly constant: number; readonly terms: ReadonlyMap<string, Term> };

/** A key by which two subjects are the same. */
export function subjectKey(subject: Subject): string {
  return JSON.stringify(
    subject.kind === "flips" ? [subject.kind, subject.id] : [subject.kind, subject.metric, subject.slice],
  );
}

/**
 * The comparison as one subject against a limit: constants move over, and candidate minus baseline of one metric is its
 * difference, which is tested on the same rows. Null for anything that is not such a form.
 */
export function normalize(node: CompareNode): Normal | null {
  const left = sumOf(node.left);
  const right = sumOf(node.right);
  if (left === null || right === null) return null;
  const sum = added(left, scaled(right, -1));
  const found = subjectOf([...sum.terms.values()].filter((term) => term.factor !== 0));
  if (found === null) return null;
  const limit = -sum.constant / found.factor;
  return {
    subject: found.subject,
    operator: found.factor > 0 ? node.operator : mirrored[node.operator],
    // −0 would read as a sign.
    limit: limit === 0 ? 0 : limit,
  };
}

const mirrored = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" } as const;

function subjectOf(terms: readonly Term[]): Term | null {
  const [first, second] = terms;
  if (first === undefined || terms.length > 2) return null;
  if (second === undefined) return first;
  const candidate = terms.find((term) => term.subject.kind === "candidate");
  const baseline = terms.find((term) => term.subject.kind === "baseline");
  if (candidate === undefined || baseline === undefined || candidate.factor !== -baseline.factor) return null;
  if (candidate.subject.kind === "flips" || baseline.subject.kind === "flips") return null;
  const { metric, slice } = candidate.subject;
  if (metric !== baseline.subject.metric || slice !== baseline.subject.slice) return null;
  return { factor: candidate.factor, subject: { kind: "delta", metric, slice } };
}

function sumOf(of: Quantity): Sum | null {
  switch (of.kind) {
    case "number":
      return { constant: of.value, terms: new Map() };
    case "flips":
      return single({ kind: "flips", id: of.id });
    case "reference": {
      const { side, metric, slice } = of;
      if (side === "relative") return null;
      if (side !== "delta") return single({ kind: side, metric, slice });
      const candidate = single({ kind: "candidate", metric, slice });
      return added(candidate, scaled(single({ kind: "baseline", metric, slice }), -1));
    }
    case "negate": {
      const inner = sumOf(of.of);
      return inner === null ? null : scaled(inner, -1);
    }
    case "arithmetic":
      return arithmetic(of);
    case "worst":
    case "gap":
    case "min":
    case "max":
    case "abs":
      return null;
  }
}

function arithmetic(of: Extract<Quantity, { kind: "arithmetic" }>): Sum | null {
  const left = sumOf(of.left);
  const right = sumOf(of.right);
  if (left === null || right === null) return null;
  switch (of.operator) {
    case "+":
      return added(left, right);
    case "-":
      return added(left, scaled(right, -1));
    case "*":
      if (right.terms.size === 0) return scaled(left, right.constant);
      return left.terms.size === 0 ? scaled(right, left.constant) : null;
    case "/":
      return right.terms.size === 0 && right.constant !== 0 ? scaled(left, 1 / right.constant) : null;
  }
}

function single(subject: Subject): Sum {
  return { constant: 0, terms: new Map([[subjectKey(subject), { factor: 1, subject }]]) };
}

function scaled(sum: Sum, by: number): Sum {
  const terms = [...sum.terms].map(([key, term]): [string, Term] => [key, { ...term, factor: term.factor * by }]);
  return { constant: sum.constant * by, terms: new Map(terms) };
}

function added(a: Sum, b: Sum): Sum {
  const terms = new Map(a.terms);
  for (const [key, term] of b.terms) {
    terms.set(key, { ...term, factor: term.factor + (terms.get(key)?.factor ?? 0) });
  }
  return { constant: a.constant + b.constant, terms };
}
