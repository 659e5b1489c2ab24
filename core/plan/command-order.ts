import type { Cancel, Retrain } from "../command/check.ts";
import type { Config } from "../config/schema.ts";
import type { Fault } from "../fault.ts";
import type { Commanded, Job, Pull } from "../job/state.ts";

/** What a newer comment asked for a model, so that an older one that is told later has no say any more; null: nothing. */
export function laterCommand(pull: Pull, model: string, comment: number): Commanded | null {
  return pull.commanded?.find((one) => one.model === model && one.comment > comment) ?? null;
}

/** The pull request with a command remembered for the models it is about; a newer one stays. */
export function noteCommand(
  pull: Pull,
  models: readonly string[],
  { comment, kind, by }: Omit<Commanded, "model">,
): Pull {
  const mine = [...new Set(models)].filter((model) => laterCommand(pull, model, comment) === null);
  if (mine.length === 0) return pull;
  const others = (pull.commanded ?? []).filter(({ model }) => !mine.includes(model));
  return { ...pull, commanded: [...others, ...mine.map((model) => ({ model, comment, kind, by }))] };
}

/** The models that a command is about: of a `/cancel` that names none, all there are, at work or not. */
export function modelsOf(command: Retrain | Cancel, config: Config, jobs: readonly Job[]): readonly string[] {
  if (command.kind === "retrain") return command.models.map(({ model }) => model);
  if (command.model !== null) return [command.model];
  return [...Object.keys(config.models), ...jobs.map(({ model }) => model)];
}

/** The answer to a command that has nothing left to say. */
export function overtaken({ kind, model, by }: Commanded): Fault {
  return { reason: "superseded", message: `a later command, the /${kind} of ${by} for ${model}, took its place` };
}
