import type { Method, Route } from "./route.ts";

export type Match = { readonly route: Route; readonly parameters: Readonly<Record<string, string>> };

// Branch names, file paths and comparisons may hold slashes, written plainly or as %2F.
const greedy = new Set(["path", "ref", "basehead", "branch"]);

type Compiled = {
  readonly route: Route;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly literals: number;
};

function compile(route: Route): Compiled {
  const names: string[] = [];
  let literals = 0;
  const parts = route.template
    .slice(1)
    .split("/")
    .map((part) => {
      const name = /^\{(.+)\}$/u.exec(part)?.[1];
      if (name === undefined) {
        literals += 1;
        return part.replace(/[.]/gu, "\\.");
      }
      names.push(name);
      if (greedy.has(name)) return "(.+?)";
      if (/_(?:id|number)$/u.test(name) && name !== "workflow_id") return "(\\d+)";
      return "([^/]+)";
    });
  return { route, pattern: new RegExp(`^/${parts.join("/")}/?$`, "u"), names, literals };
}

/** A lookup over GitHub's route templates; of several that match, the one with most literal parts wins. */
export function createRouter(routes: readonly Route[]): (method: string, path: string) => Match | null {
  const byMethod = new Map<Method, Compiled[]>();
  for (const route of routes) {
    const list = byMethod.get(route.method) ?? [];
    list.push(compile(route));
    byMethod.set(route.method, list);
  }
  for (const list of byMethod.values()) list.sort((a, b) => b.literals - a.literals);
  const methods = new Map<string, readonly Compiled[]>(byMethod);

  return (method, path) => {
    for (const { route, pattern, names } of methods.get(method.toLowerCase()) ?? []) {
      const match = pattern.exec(path);
      if (match === null) continue;
      const parameters: Record<string, string> = {};
      for (const [index, name] of names.entries()) {
        const value = decode(match[index + 1] ?? "");
        if (value === null) return null;
        parameters[name] = value;
      }
      return { route, parameters };
    }
    return null;
  };
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
