import { type Actor, actorName } from "../auth/actor.ts";
import type { Rate } from "../hub.ts";
import type { Clock } from "../state/clock.ts";

const limits = { app: 5000, installation: 5000, user: 5000, job: 1000, anonymous: 60 } as const;
const windowMs = 3_600_000;

/** GitHub's primary rate limit: so many requests in an hour per caller. */
export type RateLimiter = { readonly rate: (actor: Actor) => Rate; readonly count: (actor: Actor) => Rate };

export function createRateLimiter(clock: Clock): RateLimiter {
  const windows = new Map<string, { start: number; used: number }>();

  function windowOf(actor: Actor) {
    const key = actor.kind === "installation" ? `installation ${actor.installation.id}` : actorName(actor);
    const now = clock.now().getTime();
    const known = windows.get(key);
    if (known !== undefined && now < known.start + windowMs) return known;
    const fresh = { start: now, used: 0 };
    windows.set(key, fresh);
    return fresh;
  }
  function rate(actor: Actor): Rate {
    const { start, used } = windowOf(actor);
    const limit = limits[actor.kind];
    return { limit, remaining: Math.max(0, limit - used), used, reset: Math.ceil((start + windowMs) / 1000) };
  }
  return {
    rate,
    count(actor) {
      windowOf(actor).used += 1;
      return rate(actor);
    },
  };
}
