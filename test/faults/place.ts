import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { Seed } from "../../emulator/server.ts";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const place = { owner: "acme", repo: "birds" } as const;
export const webhookSecret = "a-long-webhook-secret";

const manifestSchema = z.object({
  default_permissions: z.record(z.string(), z.enum(["read", "write"])),
  default_events: z.array(z.string()),
});

const config = `version: 1
models:
  damage:
    paths: ["models/damage/**"]
    train:
      run: node models/damage/train.ts
      params: { learning_rate: 0.1 }
      data: [data/strikes.csv]
    evaluate:
      task: binary
      data: data/holdout.csv
      label: damaged
      inputs: { features: [speed] }
      output: { name: probabilities }
      metrics: [roc_auc, log_loss]
    adopt: { file: models/damage/production.onnx, environment: production }
    gates:
      - "ni(roc_auc, 1pp) at 95%"
      - "candidate.log_loss < 0.35"
environments:
  staging: { promote: on-merge }
  production: { after: staging }
`;

/** One repository with one model and two environments, and machines whose actions are those of `machine.ts`. */
export function seedOf(webhookUrl: string): Seed {
  const manifest = manifestSchema.parse(JSON.parse(read("docs/app-manifest.json")));
  return {
    users: [{ login: "grace" }, { login: "acme" }, { login: "assay-ci" }],
    apps: [
      {
        slug: "assay",
        permissions: manifest.default_permissions,
        events: manifest.default_events,
        webhookUrl,
        webhookSecret,
      },
    ],
    repositories: [
      {
        owner: place.owner,
        name: place.repo,
        files: {
          ".github/assay.yml": config,
          ".github/workflows/assay.yml": read("fixtures/repos/birdstrikes/.github/workflows/assay.yml"),
          "models/damage/train.ts": "export {};\n",
          "models/damage/production.onnx": "the model in production",
          "data/strikes.csv": "speed,damaged\n1,0\n",
          "data/holdout.csv": "speed,damaged\n1,0\n",
        },
        author: "grace",
        collaborators: { grace: "admin" },
        apps: ["assay"],
        environments: ["staging", "production"].map((name) => ({ name, reviewers: [], protectionApps: ["assay"] })),
      },
      {
        owner: "assay-ci",
        name: "assay",
        files: Object.fromEntries(["retrain", "evaluate", "promote"].flatMap((name) => action(name))),
        tags: ["v0"],
        collaborators: { grace: "read" },
        apps: [],
        environments: [],
      },
    ],
    machines: [
      { name: "gpu-1", labels: ["self-hosted", "gpu"] },
      { name: "gpu-2", labels: ["self-hosted", "gpu"] },
      { name: "hosted-1", labels: ["ubuntu-latest"] },
      { name: "hosted-2", labels: ["ubuntu-latest"] },
    ],
  };
}

function action(name: string): readonly (readonly [path: string, text: string])[] {
  const inputs = ["ticket", "nonce", "jwks", "token", "shard", "environment"];
  const declared = inputs.map((input) => `  ${input}: { description: ${input}, required: false }\n`).join("");
  const outputs = ["model", "version", "digest", "environment"];
  const told = outputs.map((output) => `  ${output}: { description: ${output} }\n`).join("");
  const machine = JSON.stringify(new URL("machine.ts", import.meta.url).href);
  return [
    [
      `actions/${name}/action.yml`,
      `name: ${name}\ndescription: ${name}\ninputs:\n${declared}outputs:\n${told}runs:\n  using: node24\n  main: main.mjs\n`,
    ],
    [`actions/${name}/main.mjs`, `const { work } = await import(${machine});\nprocess.exitCode = await work();\n`],
  ];
}

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}
