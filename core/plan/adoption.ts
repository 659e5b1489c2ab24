import type { Promotion, Version } from "../job/state.ts";
import { type Context, type Plan, planOf } from "./decision.ts";
import type { EventOf } from "./event.ts";
import type { AdoptionFacts } from "./facts.ts";

/**
 * The default branch changed, or Assay was installed: publish the keys that verify tickets, and take the models that
 * already serve as version 0, once.
 */
export function planDefaultBranchChanged(
  event: EventOf<"default_branch_changed">,
  facts: AdoptionFacts,
  context: Context,
): Plan {
  const versions: Version[] = [];
  const promotions: Promotion[] = [];
  if (facts.config?.ok === true) {
    for (const [model, { adopt }] of Object.entries(facts.config.config.models)) {
      const file = facts.adopted[model];
      if (adopt === undefined || file === undefined || facts.memory.versions.some((version) => version.model === model))
        continue;
      const repositoryId = event.repository.id;
      versions.push({ repositoryId, model, number: 0, ...file, evidence: null, pull: null, createdAt: context.now });
      promotions.push({
        id: `${model}@v0/${adopt.environment}`,
        repositoryId,
        model,
        version: 0,
        environment: adopt.environment,
        pull: null,
        commit: event.commit,
        state: "deployed",
        run: null,
        reviewedBy: null,
        createdAt: context.now,
        updatedAt: context.now,
      });
    }
  }
  return planOf({
    versions,
    promotions,
    ledger: versions.map((version) => ({
      what: "model_adopted",
      reason: null,
      by: "assay",
      subject: { model: version.model, digest: version.digest, commit: event.commit },
    })),
    effects: [{ kind: "publish_keys" }],
  });
}
