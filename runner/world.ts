/** Everything the command may know of the outside world, read once in main.ts. */
export type World = {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The Node that runs this; its folder leads the PATH of a training command. */
  readonly execPath: string;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly terminal: { readonly stdout: boolean; readonly stderr: boolean; readonly columns: number };
  /** Aborted by Ctrl-C or a signal that ends the program. */
  readonly interrupt: AbortSignal;
};

/** Colour only on a terminal, and never against NO_COLOR (no-color.org). */
export function wantsColour(world: World): boolean {
  return world.terminal.stdout && (world.env["NO_COLOR"] ?? "") === "" && world.env["TERM"] !== "dumb";
}
