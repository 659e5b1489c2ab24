import { readFileSync, writeFileSync } from "node:fs";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { until } from "../../demo/wait.ts";
import { root, type World } from "../../demo/world.ts";

/** Files of a branch that make its training behave in one way. The command, `node models/damage/train.ts`, is fixed. */
export type Files = Readonly<Record<string, string>>;

const trainFile = "models/damage/train.ts";
const featuresFile = "models/damage/features.ts";

/** Replaces the training script: `body` runs with `output` being the path that $ASSAY_OUTPUT/model.onnx has. */
export function script(body: string): Files {
  const head = `import * as fs from "node:fs";
import { join } from "node:path";
const output = join(process.env["ASSAY_OUTPUT"] ?? ".", "model.onnx");
`;
  return { [trainFile]: `${head}${body}\n` };
}

/** A training that takes no time: the model in production, once more. `note` makes the branch differ from others. */
export function quick(note: string): Files {
  return script(`fs.copyFileSync("models/damage/production.onnx", output); // ${note}`);
}

/** A gate in the way of a training: it says that it has begun and waits until the test lets it go on. */
export function gate(world: World, name: string) {
  const begun = join(world.folder, `${name}.begun`);
  const open = join(world.folder, `${name}.open`);
  const body = `fs.writeFileSync(${JSON.stringify(begun)}, "");
while (!fs.existsSync(${JSON.stringify(open)})) await new Promise((resolve) => setTimeout(resolve, 20));
`;
  return {
    body,
    /** Resolves when the training stands at the gate. */
    begun: () =>
      until(
        `the training "${name}" to begin`,
        () =>
          access(begun).then(
            () => true,
            () => null,
          ),
        {
          timeoutMs: 60_000,
          abort: world.died,
        },
      ),
    open: () => writeFileSync(open, ""),
  };
}

/** The features of one of the story's pull requests. */
export function features(variant: "better" | "worse"): Files {
  return {
    [featuresFile]: readFileSync(join(root, "fixtures/repos/birdstrikes-story", variant, featuresFile), "utf8"),
  };
}

/** Features that cannot even be imported. */
export function brokenFeatures(message: string): Files {
  return { [featuresFile]: `export const features = {};\nthrow new Error(${JSON.stringify(message)});\n` };
}
