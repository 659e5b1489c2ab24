import { createHash } from "node:crypto";
import { mkdir, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deflateSync } from "node:zlib";

export type TreeEntry = { readonly mode: string; readonly name: string; readonly sha: string };
export type Person = { readonly name: string; readonly email: string; readonly date: string };
export type Commit = {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  readonly message: string;
};

export const typeOfMode = (mode: string): "tree" | "commit" | "blob" =>
  mode === "040000" || mode === "40000" ? "tree" : mode === "160000" ? "commit" : "blob";

/** Writes one loose object, as git itself would, and gives its name. */
export async function writeObject(gitDir: string, type: "blob" | "tree" | "commit", data: Buffer): Promise<string> {
  const whole = Buffer.concat([Buffer.from(`${type} ${data.length}\0`), data]);
  const sha = createHash("sha1").update(whole).digest("hex");
  const folder = join(gitDir, "objects", sha.slice(0, 2));
  const file = join(folder, sha.slice(2));
  const known = await stat(file).then(
    () => true,
    () => false,
  );
  if (known) return sha;
  await mkdir(folder, { recursive: true });
  const temporary = `${file}.${process.pid}.${process.hrtime.bigint()}`;
  await writeFile(temporary, deflateSync(whole, { level: 1 }), { mode: 0o444 });
  await rename(temporary, file);
  return sha;
}

/** The bytes of a tree object; git's order compares folders as if their names ended in a slash. */
export function encodeTree(entries: readonly TreeEntry[]): Buffer {
  const key = (entry: TreeEntry) => Buffer.from(typeOfMode(entry.mode) === "tree" ? `${entry.name}/` : entry.name);
  const sorted = [...entries].sort((a, b) => Buffer.compare(key(a), key(b)));
  return Buffer.concat(
    sorted.flatMap((entry) => [
      Buffer.from(`${entry.mode.replace(/^0/u, "")} ${entry.name}\0`),
      Buffer.from(entry.sha, "hex"),
    ]),
  );
}

export function decodeTree(data: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < data.length; ) {
    const space = data.indexOf(32, at);
    const zero = data.indexOf(0, space);
    entries.push({
      mode: data.subarray(at, space).toString("utf8").padStart(6, "0"),
      name: data.subarray(space + 1, zero).toString("utf8"),
      sha: data.subarray(zero + 1, zero + 21).toString("hex"),
    });
    at = zero + 21;
  }
  return entries;
}

// Names go into a line-based format: no brackets or line breaks.
const clean = (text: string) => text.replace(/[\0\n\r<>]/gu, " ").trim() || "unknown";

function signature(person: Person): string {
  return `${clean(person.name)} <${clean(person.email)}> ${Math.floor(Date.parse(person.date) / 1000)} +0000`;
}

export function encodeCommit(commit: Omit<Commit, "sha">): Buffer {
  const lines = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${signature(commit.author)}`,
    `committer ${signature(commit.committer)}`,
    "",
    commit.message.endsWith("\n") ? commit.message : `${commit.message}\n`,
  ];
  return Buffer.from(lines.join("\n"));
}

export function decodeCommit(sha: string, data: Buffer): Commit {
  const text = data.toString("utf8");
  const split = text.indexOf("\n\n");
  const head = text.slice(0, split < 0 ? undefined : split).split("\n");
  const values = (name: string) =>
    head.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  return {
    sha,
    tree: values("tree")[0] ?? "",
    parents: values("parent"),
    author: parsePerson(values("author")[0] ?? ""),
    committer: parsePerson(values("committer")[0] ?? ""),
    message: split < 0 ? "" : text.slice(split + 2).replace(/\n$/u, ""),
  };
}

function parsePerson(line: string): Person {
  const match = /^(.*) <(.*)> (\d+)/u.exec(line);
  const seconds = Number(match?.[3] ?? 0);
  return {
    name: match?.[1] ?? "",
    email: match?.[2] ?? "",
    date: `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`,
  };
}
