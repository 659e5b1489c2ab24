import { openScene, type Step, type Told } from "./story.ts";
import type { World } from "./world.ts";

export type StepRecord = Told & { readonly seconds: number; readonly requests: number };

/** Tells the story step by step; each step's time and the requests the App made to GitHub in it are measured. */
export async function tell(
  world: World,
  steps: readonly Step[],
  told: (step: StepRecord, index: number) => void,
  begun: (step: Step, index: number) => void,
): Promise<readonly StepRecord[]> {
  const scene = openScene(world);
  const records: StepRecord[] = [];
  let asked = await appRequests(world);
  for (const [index, step] of steps.entries()) {
    begun(step, index);
    const start = performance.now();
    const outcome = await step.act(scene);
    const seconds = (performance.now() - start) / 1_000;
    const now = await appRequests(world);
    const record = { title: step.title, ...outcome, seconds, requests: now - asked };
    asked = now;
    records.push(record);
    told(record, index);
  }
  return records;
}

/** Requests of the App to GitHub so far, those of the actions' job tokens and of people left out. */
async function appRequests(world: World): Promise<number> {
  return (await world.requests()).filter((request) => request.actor?.startsWith("assay") === true).length;
}
