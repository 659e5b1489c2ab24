import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Below the ports that systems give to outgoing connections (from 32,768 on): none of those can take the place of a server
 * that is about to start, or to start again.
 */
const [lowest, highest] = [20_000, 32_000];
const tries = 100;

/** The wished port of 127.0.0.1 if nobody listens there, else, and for 0, any that is free at the moment. */
export async function freePort(wished = 0): Promise<number> {
  if (wished !== 0 && (await isFree(wished))) return wished;
  for (let count = 0; count < tries; count += 1) {
    const port = randomInt(lowest, highest);
    if (await isFree(port)) return port;
  }
  throw new Error(`none of ${tries} ports between ${lowest} and ${highest} is free`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch {
    return false;
  }
  server.close();
  await once(server, "close");
  return true;
}
