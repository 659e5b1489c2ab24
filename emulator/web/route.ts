/** Finds the route of a path. Parts are matched before they are decoded, so `feature%2Fx` stays one part. */
import type { Params, Route } from "./context.ts";

export type Match = { readonly route: Route; readonly params: Params };

const none: Params = { owner: "", repo: "", id: "", job: "", ref: "", path: "" };

/** The first route whose pattern fits, with its decoded parameters; null when none does or the encoding is broken. */
export function match(routes: readonly Route[], path: string): Match | null {
  const parts = decode(path.replace(/\/+$/, "").split("/").slice(1));
  if (parts === null) return null;
  for (const route of routes) {
    const params = fit(route.pattern.split("/").slice(1), parts);
    if (params !== null) return { route, params };
  }
  return null;
}

function fit(pattern: readonly string[], parts: readonly string[]): Params | null {
  const names = pattern[0] === "" ? [] : pattern;
  const open = names.at(-1) === "*";
  const fixed = open ? names.slice(0, -1) : names;
  if (open ? parts.length < fixed.length : parts.length !== fixed.length) return null;
  const found: Record<string, string> = {};
  for (const [index, name] of fixed.entries()) {
    const part = parts[index] ?? "";
    if (name.startsWith(":")) {
      if (part === "" || ((name === ":id" || name === ":job") && !/^[1-9]\d{0,15}$/.test(part))) return null;
      found[name.slice(1)] = part;
    } else if (name !== part) return null;
  }
  return { ...none, ...found, ...(open ? { path: parts.slice(fixed.length).join("/") } : {}) };
}

function decode(parts: readonly string[]): readonly string[] | null {
  try {
    return parts.map(decodeURIComponent);
  } catch {
    return null;
  }
}
