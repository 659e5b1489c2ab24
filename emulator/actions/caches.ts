/** Cache entries of repositories: immutable, found by exact key and else by the newest key with a prefix. */
import type { Blobs } from "./blobs.ts";

export type Caches = {
  /** Blob for a new entry; null if the key is taken. */
  readonly create: (repository: string, key: string, version: string) => number | null;
  /** Makes an uploaded entry visible; null if nothing was uploaded. */
  readonly finalize: (repository: string, key: string, version: string) => Promise<number | null>;
  readonly find: (
    repository: string,
    key: string,
    restoreKeys: readonly string[],
    version: string,
  ) => { readonly id: number; readonly key: string } | null;
};

type Entry = { readonly id: number; readonly repository: string; readonly key: string; readonly version: string };

/** No entries; they are forgotten with the process. */
export function createCaches({ newId, blobs }: { readonly newId: () => number; readonly blobs: Blobs }): Caches {
  const open: Entry[] = [];
  const entries: Entry[] = [];
  const same = (repository: string, key: string, version: string) => (entry: Entry) =>
    entry.repository === repository && entry.key === key && entry.version === version;
  return {
    create(repository, key, version) {
      if ([...open, ...entries].some(same(repository, key, version))) return null;
      const id = newId();
      open.push({ id, repository, key, version });
      return id;
    },
    async finalize(repository, key, version) {
      const entry = open.find(same(repository, key, version));
      if (entry === undefined || (await blobs.commit(entry.id)) === null) return null;
      open.splice(open.indexOf(entry), 1);
      entries.push(entry);
      blobs.seal(entry.id);
      return entry.id;
    },
    find(repository, key, restoreKeys, version) {
      const usable = entries
        .filter((entry) => entry.repository === repository && entry.version === version)
        .toReversed();
      const exact = usable.find((entry) => entry.key === key);
      if (exact !== undefined) return exact;
      for (const prefix of [key, ...restoreKeys]) {
        const found = usable.find((entry) => entry.key.startsWith(prefix));
        if (found !== undefined) return found;
      }
      return null;
    },
  };
}
