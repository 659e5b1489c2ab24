import { relative, sep } from "node:path";

/** A file as a person in `cwd` would type it: relative where it lies below, else absolute. */
export function shownPath(cwd: string, file: string): string {
  const path = relative(cwd, file);
  return path === ".." || path.startsWith(`..${sep}`) ? file : path;
}
