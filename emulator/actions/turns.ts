/** Lets a piece of work begin when it is its turn. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>;

/** Turns for at most `most` pieces of work at once, in the order they came: `max-parallel`. */
export function createTurns(most: number): Turns {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
}
