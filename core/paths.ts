import picomatch from "picomatch/posix.js";

/** True when the path matches one of the globs (`**`, `*`, `?`, `{a,b}`, character classes; dot files included). */
export function matchesAny(globs: readonly string[]): (path: string) => boolean {
  return picomatch([...globs], { dot: true, nonegate: true });
}
