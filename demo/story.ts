import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Person, signIn, watch } from "./github.ts";
import { NotReached } from "./wait.ts";
import { people, repository, root, type World } from "./world.ts";

/** One thing that happens, what is to be seen then, and where. */
export type Told = { readonly title: string; readonly seen: string; readonly link: string };
export type Step = { readonly title: string; readonly act: (scene: Scene) => Promise<Omit<Told, "title">> };

/** What later steps know from earlier ones. */
export type Scene = {
  readonly world: World;
  readonly engineer: Person;
  readonly owner: Person;
  readonly reader: Person;
  readonly see: ReturnType<typeof watch>;
  readonly notes: Map<string, string>;
};

export function openScene(world: World): Scene {
  const engineer = signIn(world, people.engineer);
  const owner = signIn(world, people.owner);
  return { world, engineer, owner, reader: signIn(world, people.reader), see: watch(world, owner), notes: new Map() };
}

const features = "models/damage/features.ts";
const passing = "assay";
/** The check that the branch's protection requires; the others belong to single models. */
const required = "assay";

/** The story of the product page, each step ending in a state that anybody can see. */
export const story: readonly Step[] = [
  {
    title: "A first model is in production: Assay adopts it as damage@v0",
    act: async ({ see, world }) => {
      await see.dashboard("damage@v0");
      return { seen: "damage@v0 in production, the public keys published to the repository", link: world.appUrl };
    },
  },
  {
    title: "Ada opens a pull request: use the species, and the speed squared",
    act: async (scene) => {
      const pull = await openPull(
        scene,
        "better",
        "Use the species, and the speed squared",
        "A goose is not just any large bird, and impact energy grows with the square of the speed.",
      );
      scene.notes.set("better", String(pull));
      return { seen: `pull request #${pull}; its model is being retrained`, link: pullUrl(scene, pull) };
    },
  },
  {
    title: "Ada opens another: drop the wildlife size",
    act: async (scene) => {
      const pull = await openPull(scene, "worse", "Drop the wildlife size", "It is known only after the strike.");
      scene.notes.set("worse", String(pull));
      return {
        seen: `pull request #${pull}; trained at the same time on the second machine`,
        link: pullUrl(scene, pull),
      };
    },
  },
  {
    title: "Grace adds a note: no model is affected",
    act: async (scene) => {
      const body = "One sentence more.";
      const pull = await scene.owner.openPull({
        branch: "note",
        title: "Say what the labels mean",
        body,
        files: { "NOTES.md": "A strike is labeled damaged if any damage was reported.\n" },
      });
      const check = await scene.see.check(pull, "assay");
      expect(
        check.conclusion === "success",
        `the check "assay" of #${pull} to succeed, found ${check.conclusion ?? "nothing"}`,
      );
      expect((await scene.see.comments(pull)).length === 0, "no comment where no model is affected");
      return { seen: `check "assay": ${check.output.title ?? ""}`, link: pullUrl(scene, pull) };
    },
  },
  {
    title: "The first report: the candidate against production, on the same held-out strikes",
    act: async (scene) => {
      const pull = number(scene, "better");
      const check = await scene.see.check(pull, passing);
      expect(
        check.conclusion === "success",
        `"${passing}" of #${pull} to pass, found ${check.conclusion ?? "nothing"}: ${check.output.title ?? ""}`,
      );
      const report = await scene.see.report(pull, (body) => aucOf(body) !== null);
      scene.notes.set("auc", aucOf(report.body) ?? "");
      return { seen: `${check.output.title ?? ""} (ROC AUC ${aucOf(report.body) ?? "?"})`, link: report.url };
    },
  },
  {
    title: "The second pull request made the model worse and is stopped by its gates",
    act: async (scene) => {
      const pull = number(scene, "worse");
      const check = await scene.see.check(pull, passing);
      expect(
        check.conclusion === "failure",
        `"${passing}" of #${pull} to fail, found ${check.conclusion ?? "nothing"}: ${check.output.title ?? ""}`,
      );
      await scene.see.report(pull, (body) => aucOf(body) !== null);
      const gate = await scene.see.check(pull, required);
      expect(
        gate.conclusion === "failure",
        `the required check "${required}" of #${pull} to fail, found ${gate.conclusion ?? "nothing"}`,
      );
      const refusal = await refusedMerge(scene.engineer, pull);
      return {
        seen: `${check.output.title ?? ""}; Ada may not merge it: ${refusal}`,
        link: `${pullUrl(scene, pull)}#merge-box`,
      };
    },
  },
  {
    title: "Sam, who may only read, types /retrain and is refused; a typing mistake is answered with the right word",
    act: async (scene) => {
      const pull = number(scene, "better");
      const denied = await scene.reader.comment(pull, "/retrain");
      const mistyped = await scene.engineer.comment(pull, "/retrain learning_rat=0.05");
      await scene.see.reaction(denied, "confused");
      const refusal = await scene.see.reply(pull, denied);
      const correction = await scene.see.reply(pull, mistyped);
      expect(refusal.body?.includes("not_permitted") === true, "the refusal to carry the reason not_permitted");
      expect(
        correction.body?.replaceAll("\\", "").includes("learning_rate?") === true,
        "the answer to name learning_rate",
      );
      return { seen: "not_permitted for Sam; did you mean learning_rate? for Ada", link: refusal.html_url };
    },
  },
  {
    title: "Ada types /retrain learning_rate=0.05: the numbers change",
    act: async (scene) => {
      const pull = number(scene, "better");
      const before = scene.notes.get("auc");
      const command = await scene.engineer.comment(pull, "/retrain learning_rate=0.05");
      await scene.see.reaction(command, "rocket");
      const report = await scene.see.report(pull, (body) => {
        const auc = aucOf(body);
        return auc !== null && auc !== before && body.includes("0.05");
      });
      const mine = (await scene.see.comments(pull)).filter((comment) => comment.body?.includes("<!-- assay:pull:"));
      expect(mine.length === 1, `one report on #${pull}, found ${mine.length}`);
      scene.notes.set("auc", aucOf(report.body) ?? "");
      const check = await scene.see.check(pull, passing);
      expect(
        check.conclusion === "success",
        `"${passing}" of #${pull} to pass again, found ${check.conclusion ?? "nothing"}`,
      );
      await scene.see.check(pull, "assay");
      return {
        seen: `ROC AUC ${before ?? "?"} became ${aucOf(report.body) ?? "?"}, in the same comment`,
        link: report.url,
      };
    },
  },
  {
    title: "Ada merges: damage@v1 is made of the evaluated bytes and enters staging",
    act: async (scene) => {
      const pull = number(scene, "better");
      const gate = await scene.see.check(pull, required);
      expect(
        gate.conclusion === "success",
        `the required check "${required}" of #${pull} to succeed, found ${gate.conclusion ?? "nothing"}`,
      );
      scene.notes.set("merge", await scene.engineer.merge(pull));
      await scene.see.deployment("staging", "success");
      const report = await scene.see.report(pull, (body) => body.includes("damage@v1"));
      return { seen: "damage@v1 deployed to staging", link: report.url };
    },
  },
  {
    title: "Grace reviews the deployment to production, as the environment demands",
    act: async (scene) => {
      const run = await scene.see.waitingRun("production");
      await scene.owner.approve(run.id, "production", "The report convinces me.");
      await scene.see.deployment("production", "success");
      return {
        seen: "damage@v1 deployed to production",
        link: `${scene.world.url}/${repository.owner}/${repository.repo}/deployments`,
      };
    },
  },
  {
    title: "What serves in production is, byte for byte, what was evaluated",
    act: async (scene) => {
      const pull = number(scene, "better");
      const served = createHash("sha256")
        .update(await readFile(join(scene.world.deployFolder, "production", "model.onnx")))
        .digest("hex");
      const report = await scene.see.report(pull, (body) => /production.*deployed|deployed.*production/is.test(body));
      expect(report.body.includes(served), `the report to name sha256:${served}`);
      const unknown = await scene.world.unknownRequests();
      expect(unknown.length === 0, `no request that GitHub does not serve, found ${JSON.stringify(unknown)}`);
      return {
        seen: `sha256:${served.slice(0, 16)}… in the report and in ${join("served", "production", "model.onnx")}`,
        link: report.url,
      };
    },
  },
];

async function openPull(scene: Scene, variant: "better" | "worse", title: string, body: string): Promise<number> {
  const text = await readFile(join(root, "fixtures/repos/birdstrikes-story", variant, features), "utf8");
  return scene.engineer.openPull({ branch: `ada/${variant}`, title, body, files: { [features]: text } });
}

/** Lets a person try to merge what the required check does not let in; gives GitHub's refusal in its own words. */
async function refusedMerge(person: Person, pull: number): Promise<string> {
  const outcome: unknown = await person.merge(pull).catch((error: unknown) => error);
  const words = outcome instanceof Error && "status" in outcome && outcome.status === 405 ? outcome.message : "";
  const refusal = /^Required status check "[^"]+" is failing\./.exec(words)?.[0] ?? "";
  expect(
    refusal.includes(`"${required}"`),
    `GitHub to refuse the merge of #${pull} because "${required}" is failing, found ${String(outcome)}`,
  );
  return refusal;
}

/** The candidate's ROC AUC as the report's headline states it. */
export function aucOf(body: string): string | null {
  return /ROC AUC [\d.]+ → ([\d.]+)/.exec(body)?.[1] ?? null;
}

function number(scene: Scene, name: string): number {
  return Number(scene.notes.get(name));
}

function pullUrl(scene: Scene, pull: number): string {
  return `${scene.world.url}/${repository.owner}/${repository.repo}/pull/${pull}`;
}

function expect(condition: boolean, what: string): void {
  if (!condition) throw new NotReached(`expected ${what}`);
}
