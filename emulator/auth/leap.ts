import type { World } from "../state/world.ts";

export type Leap = {
  /** Installation tokens stay as fresh as they were: for clients whose own clock does not leap with ours. */
  readonly keepTokens?: boolean | undefined;
};

/** Moves the emulator's clock forward. Without `keepTokens`, tokens age by the leap, as they would by waiting. */
export function leap(world: World, ms: number, { keepTokens }: Leap = {}): void {
  if (keepTokens === true)
    for (const [token, actor] of world.tokens)
      if (actor.kind === "installation") world.tokens.set(token, { ...actor, expiresAt: actor.expiresAt + ms });
  world.clock.advance(ms);
}
