import { mkdir, mkdtemp, readdir, readFile, readlink, rm } from "node:fs/promises";
import { join } from "node:path";
import { openStore, type Store } from "../../app/store/open.ts";
import { type Person, signIn, watch } from "../../demo/github.ts";
import { people, root, startWorld, type World } from "../../demo/world.ts";

/** A world of its own for one test file, its three people, and what anybody can see in it. */
export type Stage = {
  readonly world: World;
  readonly engineer: Person;
  readonly owner: Person;
  readonly reader: Person;
  readonly see: ReturnType<typeof watch>;
  /** Removes the folder; the world must have been stopped. */
  readonly clear: () => Promise<void>;
};

/** Starts a world in a new folder of the checkout, where Node finds the packages that its runners need. */
export async function openWorld(name: string): Promise<Stage> {
  await mkdir(join(root, ".tmp"), { recursive: true });
  const folder = await mkdtemp(join(root, ".tmp", `${name}-`));
  const world = await startWorld(folder, { github: 0, app: 0 }, process.env);
  const owner = signIn(world, people.owner);
  return {
    world,
    owner,
    engineer: signIn(world, people.engineer),
    reader: signIn(world, people.reader),
    see: watch(world, owner),
    clear: () => rm(folder, { recursive: true, force: true }),
  };
}

/** What the App of a stopped world remembers. */
export async function withStore<T>(world: World, read: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore({ databaseUrl: null, dataFolder: join(world.folder, "app") });
  try {
    return await read(store);
  } finally {
    await store.destroy();
  }
}

/** Processes that name the world's folder in their command or work in it, by /proc; none where there is no /proc. */
export async function processesOf(world: World): Promise<readonly string[]> {
  const ids = (await readdir("/proc").catch(() => [])).filter((id) => /^\d+$/.test(id) && Number(id) !== process.pid);
  const found = await Promise.all(
    ids.map(async (id) => {
      const [command, cwd] = await Promise.all([
        readFile(`/proc/${id}/cmdline`, "utf8").catch(() => ""),
        readlink(`/proc/${id}/cwd`).catch(() => ""),
      ]);
      const isOurs = `${command}\0${cwd}`.includes(world.folder);
      return isOurs ? [`${id}: ${command.replaceAll("\0", " ")} in ${cwd}`] : [];
    }),
  );
  return found.flat();
}
