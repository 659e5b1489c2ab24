import { mkdir, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Repository } from "../state/records.ts";
import { typeOfMode } from "./objects.ts";
import { type GitEnvironment, git } from "./run.ts";
import { createStore, type RepositoryStore } from "./store.ts";

/** All bare repositories, under `folder/git/OWNER/NAME.git`. */
export type Stores = {
  readonly create: (repository: Repository) => Promise<RepositoryStore>;
  readonly of: (repository: Repository) => RepositoryStore;
  readonly fork: (repository: Repository, parent: Repository) => Promise<void>;
  /** The files of a commit in a folder of their own; made once per commit. */
  readonly checkout: (repository: Repository, ref: string) => Promise<string>;
  readonly close: () => void;
};

export function createStores(folder: string, env: GitEnvironment): Stores {
  const stores = new Map<Repository, RepositoryStore>();

  function of(repository: Repository): RepositoryStore {
    const store = stores.get(repository);
    if (store === undefined) throw new Error(`${repository.name} has no git repository`);
    return store;
  }
  async function create(repository: Repository): Promise<RepositoryStore> {
    const { owner, name, defaultBranch } = repository;
    const store = await createStore(join(folder, "git", owner.login, `${name}.git`), env, defaultBranch);
    stores.set(repository, store);
    return store;
  }
  return {
    of,
    create,
    async fork(repository, parent) {
      const store = await create(repository);
      await git(store.gitDir, env, [
        "fetch",
        "--quiet",
        of(parent).gitDir,
        "refs/heads/*:refs/heads/*",
        "refs/tags/*:refs/tags/*",
      ]);
    },
    async checkout(repository, ref) {
      const store = of(repository);
      const sha = await store.resolve(ref);
      if (sha === null) throw new Error(`${repository.owner.login}/${repository.name} has no ${ref}`);
      const target = join(folder, "checkouts", repository.owner.login, repository.name, sha);
      const known = await stat(target).then(
        () => true,
        () => false,
      );
      if (known) return target;
      const temporary = `${target}.${process.hrtime.bigint()}`;
      await writeFiles(store, sha, temporary);
      // Another job may have been faster; its folder is as good.
      await rename(temporary, target).catch(() => rm(temporary, { recursive: true, force: true }));
      return target;
    },
    close() {
      for (const store of stores.values()) store.close();
    },
  };
}

async function writeFiles(store: RepositoryStore, tree: string, target: string): Promise<void> {
  await mkdir(target, { recursive: true });
  for (const { mode, name, sha } of (await store.tree(tree)) ?? []) {
    const file = join(target, name);
    if (dirname(file) !== target || name === "..") throw new Error(`a tree entry may not be named ${name}`);
    if (typeOfMode(mode) === "tree") await writeFiles(store, sha, file);
    if (typeOfMode(mode) !== "blob") continue;
    const data = (await store.object(sha))?.data ?? Buffer.alloc(0);
    if (mode === "120000") await symlink(data.toString("utf8"), file);
    else await writeFile(file, data, { mode: mode === "100755" ? 0o755 : 0o644 });
  }
}
