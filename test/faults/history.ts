import { createChance } from "../../emulator/http/chance.ts";
import { place } from "./place.ts";
import type { World } from "./world.ts";

/** One thing that people do, on the pull request of branch `b{pull}`. */
export type Act =
  | { readonly kind: "open" | "push" | "close" | "reopen" | "merge"; readonly pull: number }
  | { readonly kind: "say"; readonly pull: number; readonly body: string };

const words = ["/retrain", "/retrain learning_rate=0.2", "/retrain --fresh", "/cancel", "/help", "looks good"];
const harmless: readonly string[] = ["/help", "looks good"];

/**
 * Does it matter what has become of the acts before? Then whoever acts looks first, and so the outcome does not depend on
 * how fast the App is; the other acts follow one another at once.
 */
export function looksFirst(act: Act): boolean {
  if (act.kind === "say") return !harmless.includes(act.body);
  return act.kind !== "open" && act.kind !== "push";
}

/**
 * Is it a merge right after an opening, a push or a reopening? Whoever merges need not look: the App may hear of what came
 * before later, or never. Only where nothing else was merged since the branch began: then the merged tree is the head's,
 * and the outcome does not depend on how far the head's own job had come.
 */
export function isHastyMerge(history: readonly Act[], step: number): boolean {
  const [one, before] = [history[step], history[step - 1]];
  if (one?.kind !== "merge" || before === undefined) return false;
  const begun = history.findIndex(({ kind, pull }) => kind === "open" && pull === one.pull);
  const isAlone = !history.slice(begun, step).some(({ kind }) => kind === "merge");
  return isAlone && ["open", "push", "reopen"].includes(before.kind);
}

/** A random history that is the same for the same seed: up to three pull requests and what happens to them. */
export function drawHistory(seed: number, length = 8): readonly Act[] {
  const draw = createChance(seed);
  const below = (limit: number) => Math.floor(draw() * limit);
  const states: ("open" | "closed" | "merged")[] = [];
  const acts: Act[] = [];
  const begin = () => {
    acts.push({ kind: "open", pull: states.length });
    states.push("open");
  };
  begin();
  while (acts.length < length) {
    const dice = draw();
    const pull = below(states.length);
    const say = () => acts.push({ kind: "say", pull, body: words[below(words.length)] ?? "/help" });
    if (dice < 0.2 && states.length < 3) begin();
    else if (states[pull] === "merged") say();
    else if (states[pull] === "closed") {
      acts.push({ kind: "reopen", pull });
      states[pull] = "open";
    } else if (dice < 0.45) acts.push({ kind: "push", pull });
    else if (dice < 0.7) say();
    else if (dice < 0.8) {
      acts.push({ kind: "close", pull });
      states[pull] = "closed";
    } else {
      acts.push({ kind: "merge", pull });
      states[pull] = "merged";
    }
  }
  return acts;
}

/** Does one act as a person; `step` makes each change a different one. */
export async function act({ person }: World, one: Act, step: number): Promise<void> {
  const branch = `b${one.pull}`;
  const change = () =>
    person.repos.createOrUpdateFileContents({
      ...place,
      path: `models/damage/note-${step}.txt`,
      branch,
      message: `Change ${step}`,
      content: Buffer.from(`step ${step}\n`).toString("base64"),
    });
  const number = one.pull + 1;
  switch (one.kind) {
    case "open": {
      const { data: main } = await person.git.getRef({ ...place, ref: "heads/main" });
      await person.git.createRef({ ...place, ref: `refs/heads/${branch}`, sha: main.object.sha });
      await change();
      await person.pulls.create({ ...place, title: `Change ${step}`, head: branch, base: "main" });
      return;
    }
    case "push":
      await change();
      return;
    case "close":
    case "reopen":
      await person.pulls.update({ ...place, pull_number: number, state: one.kind === "close" ? "closed" : "open" });
      return;
    case "merge":
      await person.pulls.merge({ ...place, pull_number: number });
      return;
    case "say":
      await person.issues.createComment({ ...place, issue_number: number, body: one.body });
      return;
  }
}
