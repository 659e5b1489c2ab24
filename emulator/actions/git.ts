/** Git as a step's process: logged, masked, and cancelled with the step. */
import type { Session } from "./session.ts";

export type Git = {
  /** Runs git and gives its output; throws a GitFailure unless it succeeds. */
  readonly run: (args: readonly string[]) => Promise<string>;
  /** The same without its output in the log, unless it fails. */
  readonly ask: (args: readonly string[]) => Promise<string>;
};

/** Git has failed, or was cancelled with the step. */
export class GitFailure extends Error {
  readonly cancelled: boolean;
  constructor(message: string, cancelled: boolean) {
    super(message);
    this.cancelled = cancelled;
  }
}

/** Git in a folder. */
export function createGit(
  session: Session,
  folder: string,
  environment: Readonly<Record<string, string>>,
  cancel: AbortSignal,
): Git {
  const start = async (args: readonly string[], isLogged: boolean): Promise<string> => {
    const lines: string[] = [];
    const end = await session.processes.run({
      command: "git",
      args,
      cwd: folder,
      env: environment,
      onLine(line) {
        lines.push(line);
        if (isLogged) session.log.line(line);
      },
      cancel,
      force: session.force,
    });
    if (end.kind === "exited" && end.code === 0) return lines.join("\n");
    if (!isLogged) for (const line of lines) session.log.line(line);
    const reason = end.kind === "not_started" ? end.message : "see the log above";
    throw new GitFailure(`The process 'git ${args[0] ?? ""}' failed: ${reason}`, end.kind === "cancelled");
  };
  return { run: (args) => start(args, true), ask: (args) => start(args, false) };
}
