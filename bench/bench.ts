/** What a benchmark may be told, and the world it runs in. */
export type BenchOptions = {
  /** Repetitions of a simulation or of a story; null: the number the README's table was made with. */
  readonly runs: number | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  /** Says how far it is, where somebody watches. */
  readonly progress: (text: string) => void;
};

/** A benchmark: its Markdown goes to stdout, or between its markers of the README. */
export type Bench = { readonly measures: string; readonly run: (options: BenchOptions) => Promise<string> };
