import type { World } from "../world.ts";

/** What a person sees on stderr while a command works: lines, and on a terminal one line that changes in place. */
export type Console = {
  /** Whether progress is shown at all. */
  readonly live: boolean;
  readonly say: (line: string) => void;
  readonly progress: (line: string) => void;
  /** Raw output of a program that runs for us. */
  readonly stream: (text: string) => void;
};

/** A console that is silent with `--quiet` and shows progress on terminals only. */
export function openConsole(world: World, quiet: boolean): Console {
  if (quiet) return { live: false, say: () => {}, progress: () => {}, stream: () => {} };
  let shown = false;
  const clear = (): void => {
    if (shown) world.stderr("\r\u001b[K");
    shown = false;
  };
  return {
    live: world.terminal.stderr,
    say: (line) => {
      clear();
      world.stderr(`${line}\n`);
    },
    progress: (line) => {
      if (!world.terminal.stderr) return;
      world.stderr(`\r\u001b[K${line.slice(0, world.terminal.columns - 1)}`);
      shown = true;
    },
    stream: (text) => {
      clear();
      world.stderr(text);
    },
  };
}
