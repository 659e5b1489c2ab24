import { createHmac } from "node:crypto";
import { createRequire } from "node:module";
import { z } from "zod";

/** A webhook ready to be sent any number of times: only its delivery id is still to be given. */
export type Payload = { readonly event: string; readonly body: Buffer; readonly signature: string };

const examplesSchema = z.array(z.object({ name: z.string(), examples: z.array(z.record(z.string(), z.unknown())) }));
const objectSchema = z.record(z.string(), z.unknown());

/** Ten deliveries as they come from repositories that use Actions: most are about runs, few about a changed head. */
const mix: readonly (readonly [event: string, action: string | null])[] = [
  ["workflow_run", "requested"],
  ["workflow_run", "completed"],
  ["pull_request", "labeled"],
  ["workflow_run", "requested"],
  ["issue_comment", "created"],
  ["push", null],
  ["workflow_run", "completed"],
  ["pull_request", "synchronize"],
  ["issue_comment", "edited"],
  ["push", null],
];
const repositories = 100;
const pullsEach = 40;
/** Of the pushes, the share that is to the default branch. */
const pushesToDefault = 10;

/** `count` payloads of GitHub's own examples, spread over repositories, installations and pull requests, and signed. */
export function signedPayloads(secret: string, count: number): readonly Payload[] {
  const examples = readExamples();
  return Array.from({ length: count }, (_, index) => {
    const [event, action] = mix[index % mix.length] ?? ["push", null];
    const found = examples.get(`${event}.${action ?? ""}`) ?? [];
    const example = found[Math.floor(index / mix.length) % Math.max(found.length, 1)];
    if (example === undefined) throw new Error(`no example of ${event} ${action ?? ""}`);
    const body = Buffer.from(JSON.stringify(placed(event, example, index)));
    const signature = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
    return { event, body, signature };
  });
}

function readExamples(): ReadonlyMap<string, readonly Readonly<Record<string, unknown>>[]> {
  const all = examplesSchema.parse(createRequire(import.meta.url)("@octokit/webhooks-examples"));
  const one = all.flatMap(({ name, examples }) =>
    examples.map((example) => ({
      key: `${name}.${typeof example["action"] === "string" ? example["action"] : ""}`,
      example,
    })),
  );
  const grouped = Map.groupBy(one, ({ key }) => key);
  return new Map([...grouped].map(([key, entries]) => [key, entries.map(({ example }) => example)]));
}

/** The example as if it came from one repository and pull request of many. */
function placed(event: string, example: Readonly<Record<string, unknown>>, index: number): object {
  // A whole mix is about one repository and one of its pull requests.
  const round = Math.floor(index / mix.length);
  const id = 1_000 + (round % repositories);
  const number = 1 + (Math.floor(round / repositories) % pullsEach);
  const within = (key: string, fields: object): object =>
    key in example ? { [key]: { ...objectSchema.parse(example[key]), ...fields } } : {};
  const toDefault = index % (pushesToDefault * 5) < 10;
  return {
    ...example,
    ...within("repository", {
      id,
      name: `repository-${id}`,
      full_name: `load/repository-${id}`,
      default_branch: "main",
    }),
    ...within("pull_request", { number }),
    ...within("issue", { number }),
    ...(event === "push" ? { ref: toDefault ? "refs/heads/main" : `refs/heads/topic-${number}`, deleted: false } : {}),
    installation: { id: 1 + (id % 50), node_id: "MDIzOkludGVncmF0aW9uSW5zdGFsbGF0aW9uMQ==" },
  };
}
