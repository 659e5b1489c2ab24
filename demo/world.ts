import { randomBytes } from "node:crypto";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { freePort } from "./free-port.ts";
import { type Service, startService } from "./process.ts";

/** A GitHub, an App and machines, as processes of their own that speak HTTP with each other. */
export type World = {
  readonly url: string;
  readonly apiUrl: string;
  readonly appUrl: string;
  readonly tokens: Readonly<Record<string, string>>;
  readonly deployFolder: string;
  readonly folder: string;
  /** Requests GitHub was asked since it started, oldest first. */
  readonly requests: () => Promise<
    readonly { readonly actor: string | null; readonly method: string; readonly template: string | null }[]
  >;
  /** Routes somebody asked for that the emulator does not serve. */
  readonly unknownRequests: () => Promise<readonly unknown[]>;
  readonly died: Promise<string>;
  /** Ends the App as a machine's shutdown would, and starts it anew on the same data and port once `meanwhile` is over. */
  readonly restartApp: (meanwhile?: () => Promise<void>) => Promise<void>;
  readonly stop: () => Promise<void>;
};

export type Ports = { readonly github: number; readonly app: number };

export const root = fileURLToPath(new URL("..", import.meta.url));
export const people = { engineer: "ada", owner: "grace", reader: "sam" } as const;
export const repository = { owner: "acme", repo: "birdstrikes" } as const;

const emulatorReady = z.object({
  url: z.string(),
  apiUrl: z.string(),
  apps: z.record(z.string(), z.object({ id: z.number(), privateKey: z.string() })),
  tokens: z.record(z.string(), z.string()),
});
/** The App of the demo has exactly the permissions and events that the README tells people to give it. */
const manifestSchema = z.object({
  default_permissions: z.record(z.string(), z.enum(["read", "write"])),
  default_events: z.array(z.string()),
});
const appReady = z.object({ url: z.string() });
const requestList = z.array(
  z.object({
    actor: z
      .string()
      .nullish()
      .transform((actor) => actor ?? null),
    method: z.string(),
    template: z
      .string()
      .nullish()
      .transform((template) => template ?? null),
  }),
);

/** Starts both services in a new folder; with `ports` where they are free, elsewhere if they are not. */
export async function startWorld(
  folder: string,
  ports: Ports,
  env: Readonly<Record<string, string | undefined>>,
): Promise<World> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const deployFolder = join(folder, "served");
  const webhookSecret = randomBytes(24).toString("hex");
  const appPort = await freePort(ports.app);
  const appUrl = `http://127.0.0.1:${appPort}`;
  const manifest = manifestSchema.parse(JSON.parse(await readFile(join(root, "docs/app-manifest.json"), "utf8")));
  const seedFile = join(folder, "seed.json");
  await copyActions(join(folder, "actions-repository"));
  await writeFile(
    seedFile,
    JSON.stringify(
      seed({ folder, deployFolder, webhookSecret, webhookUrl: `${appUrl}/api/github/webhooks`, manifest }),
    ),
  );

  const base = { PATH: env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin", HOME: folder, LANG: "C.UTF-8", TZ: "UTC" };
  const githubArgs = [
    "emulator/main.ts",
    "--folder",
    join(folder, "github"),
    "--seed",
    seedFile,
    "--port",
    String(await freePort(ports.github)),
  ];
  const github = await startService("the GitHub emulator", githubArgs, {
    cwd: root,
    env: base,
    logFile: join(folder, "github.log"),
  });
  const death = Promise.withResolvers<string>();
  void github.died.then(death.resolve);
  let app: Service | null = null;
  const stop = async () => {
    await app?.stop();
    await github.stop();
  };
  try {
    const { url, apiUrl, apps, tokens } = emulatorReady.parse(github.ready);
    const identity = apps["assay"];
    if (identity === undefined) throw new Error("the emulator did not make the App");
    const settings = {
      ...base,
      APP_ID: String(identity.id),
      PRIVATE_KEY: identity.privateKey,
      WEBHOOK_SECRET: webhookSecret,
      GHE_HOST: new URL(url).host,
      GHE_PROTOCOL: "http",
      ASSAY_DATA: join(folder, "app"),
      ASSAY_PUBLIC_URL: appUrl,
      PORT: String(appPort),
    };
    const startApp = async () => {
      const options = { cwd: root, env: settings, logFile: join(folder, "app.log") };
      app = await startService("the App", ["app/main.ts"], options);
      void app.died.then(death.resolve);
      return app;
    };
    const { ready } = await startApp();
    const control = async (what: string): Promise<unknown> => (await fetch(`${url}/_emulator/${what}`)).json();
    return {
      url,
      apiUrl,
      appUrl: appReady.parse(ready).url,
      tokens,
      deployFolder,
      folder,
      requests: async () => requestList.parse(await control("requests")),
      unknownRequests: async () => z.array(z.unknown()).parse(await control("unknown")),
      died: death.promise,
      restartApp: async (meanwhile) => {
        await app?.stop();
        await meanwhile?.();
        await startApp();
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What the actions need at the ref a workflow names: their bundles, and the runner that they start as a process. */
async function copyActions(to: string): Promise<void> {
  for (const part of ["actions", "core", "report", "runner", "package.json"])
    await cp(join(root, part), join(to, part), { recursive: true });
}

function seed(options: {
  readonly folder: string;
  readonly deployFolder: string;
  readonly webhookSecret: string;
  readonly webhookUrl: string;
  readonly manifest: z.infer<typeof manifestSchema>;
}) {
  return {
    users: [
      { login: people.engineer, name: "Ada" },
      { login: people.owner, name: "Grace" },
      { login: people.reader, name: "Sam" },
      { login: "acme", name: "Acme Air Safety" },
      { login: "assay-ci", name: "Assay" },
    ],
    apps: [
      {
        slug: "assay",
        name: "Assay",
        permissions: options.manifest.default_permissions,
        events: options.manifest.default_events,
        webhookUrl: options.webhookUrl,
        webhookSecret: options.webhookSecret,
      },
    ],
    repositories: [
      {
        owner: repository.owner,
        name: repository.repo,
        folder: join(root, "fixtures/repos/birdstrikes"),
        author: people.owner,
        message: "Predict damage from bird strikes",
        collaborators: { [people.engineer]: "write", [people.owner]: "admin", [people.reader]: "read" },
        apps: ["assay"],
        environments: [
          { name: "staging", reviewers: [], protectionApps: ["assay"] },
          { name: "production", reviewers: [people.owner], protectionApps: ["assay"] },
        ],
        protectedBranches: { main: { requiredChecks: ["assay"] } },
        variables: { DEPLOY_FOLDER: options.deployFolder },
      },
      {
        owner: "assay-ci",
        name: "assay",
        folder: join(options.folder, "actions-repository"),
        tags: ["v0"],
        collaborators: { [people.engineer]: "read", [people.owner]: "read", [people.reader]: "read" },
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
