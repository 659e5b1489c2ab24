import type { Promotion, Version } from "../job/state.ts";
import type { Memory } from "../plan/facts.ts";

/**
 * Was what `one` is made of merged after what `other` is made of? Numbers are given in the order in which models were ready,
 * which a long training or an outage turns around; they count only for versions from before the time was kept.
 */
export function isLater(one: Version, other: Version): boolean {
  if (one.mergedAt === undefined || other.mergedAt === undefined) return one.number > other.number;
  // GitHub's times are whole seconds.
  if (one.mergedAt === other.mergedAt) return (one.pull ?? 0) > (other.pull ?? 0);
  return one.mergedAt > other.mergedAt;
}

/** Is the version of one promotion from a later merge than that of another, of the same model? */
export function isOfLaterMerge(one: Promotion, other: Promotion, { versions }: Pick<Memory, "versions">): boolean {
  const [version, before] = [one, other].map((promotion) =>
    versions.find(({ model, number }) => model === promotion.model && number === promotion.version),
  );
  return version === undefined || before === undefined ? one.version > other.version : isLater(version, before);
}

const present: readonly Promotion["state"][] = ["waiting", "deploying", "deployed"];

/** The version of a later merge that is in an environment or on its way there, or null: nothing older may enter any more. */
export function laterIn(environment: string, version: Version, { versions, promotions }: Memory): Version | null {
  const there = promotions.filter(
    (one) => one.model === version.model && one.environment === environment && present.includes(one.state),
  );
  return (
    versions.find(
      (one) =>
        one.model === version.model &&
        there.some((promotion) => promotion.version === one.number) &&
        isLater(one, version),
    ) ?? null
  );
}
