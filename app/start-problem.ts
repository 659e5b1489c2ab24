import { statusOf } from "../github/octokit.ts";

/** Why the App cannot start, in words for the person who starts it; never holds a value of a setting. */
export class StartProblem extends Error {
  override name = "StartProblem";
}

/** The store could not be opened: names the setting, and what the database or the file system said. */
export function storeProblem(error: unknown, databaseUrl: string | null): StartProblem {
  const said = causes(error).join(": ");
  const where =
    databaseUrl === null
      ? "ASSAY_DATA: the embedded store cannot be opened"
      : "DATABASE_URL: the database cannot be used";
  return new StartProblem(`${where}: ${said}`, { cause: error });
}

/** The store holds what another App did. Ids of Apps are no secret. */
export function foreignStore(owner: number, databaseUrl: string | null): StartProblem {
  const name = databaseUrl === null ? "ASSAY_DATA" : "DATABASE_URL";
  return new StartProblem(`${name}: the store belongs to the App with the id ${owner}, not to that of APP_ID`);
}

/** GitHub did not tell who the App is: wrong id or key, or no way to reach it. */
export function githubProblem(error: unknown, apiUrl: string): StartProblem {
  const status = statusOf(error);
  const message =
    status === 401 || status === 404
      ? `APP_ID, PRIVATE_KEY: ${apiUrl} knows no App of that id with that key`
      : status === null || status >= 500
        ? `GHE_HOST: ${apiUrl} cannot be reached or does not answer: ${causes(error).join(": ")}`
        : `${apiUrl} refused to say who the App is, with status ${status}`;
  return new StartProblem(message, { cause: error });
}

/** The messages of an error and of what caused it, without addresses that may hold a password. */
function causes(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  const first = error instanceof AggregateError && error.errors.length > 0 ? causes(error.errors[0]) : [];
  const own = error.message === "" ? [] : [error.message.split("\n", 1)[0]?.replaceAll(/\/\/[^\s@]*@/g, "//…@") ?? ""];
  return [...new Set([...own, ...first, ...causes(error.cause)])].slice(0, 3);
}
