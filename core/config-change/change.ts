/** What a change of a setting does to what a model must prove, or to who may let it in. */
export type Direction = "weaker" | "stricter" | "neutral" | "unknown";

export type Subject = "models" | "gates" | "numbers" | "training" | "environments";

/** How often a gate does what it is there for, on as many rows as the newest report of the model had. */
export type Power = {
  readonly rows: number;
  /** Chance that an equally good model passes. */
  readonly goodPasses: number;
  /** Chance that a model that is worse by the margin does not pass; null for a gate that asks for a gain. */
  readonly badStopped: number | null;
};

/** One setting that differs, as it stands before and after; null: it is not there. Texts are as in the file, so hostile. */
export type Difference = {
  readonly subject: Subject;
  /** The model or the environment. */
  readonly name: string;
  readonly setting: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly direction: Direction;
  readonly power: { readonly before: Power | null; readonly after: Power | null } | null;
};

/** The differences of two configurations, what got weaker first. */
export type ConfigChange = readonly Difference[];

const order: readonly Direction[] = ["weaker", "unknown", "stricter", "neutral"];

export function inOrder(differences: readonly Difference[]): ConfigChange {
  return differences.toSorted((a, b) => order.indexOf(a.direction) - order.indexOf(b.direction));
}

/** Several changes of one thing: one way only if none goes the other. */
export function together(directions: readonly Direction[]): Direction {
  const found = new Set(directions.filter((direction) => direction !== "neutral"));
  const [only = "neutral", ...others] = found;
  return others.length === 0 ? only : "unknown";
}

/** More of it is stricter. */
export function byMore(before: number, after: number): Direction {
  return after === before ? "neutral" : after > before ? "stricter" : "weaker";
}
