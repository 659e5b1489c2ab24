import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import type { Leap } from "../auth/leap.ts";
import type { RequestRecord } from "./api.ts";
import { checkBody, parseJson, readBody } from "./body.ts";
import { type Faults, faultSchema } from "./faults.ts";
import { Problem } from "./problem.ts";

export type Control = {
  readonly requests: () => readonly RequestRecord[];
  readonly unknown: () => readonly RequestRecord[];
  readonly faults: Faults;
  readonly now: () => Date;
  readonly advance: (ms: number, leap: Leap) => void;
  readonly idle: () => Promise<void>;
  readonly schedule: (repository: string) => Promise<void>;
};

const prefix = "/_emulator/";
const clockSchema = z.object({ advanceMs: z.number().min(0), keepTokens: z.boolean().optional() });

/** The emulator's own knobs over HTTP, for tests in other processes. False when the path is none of ours. */
export async function answerControl(
  control: Control,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const path = new URL(request.url ?? "/", "http://emulator").pathname;
  if (!path.startsWith(prefix)) return false;
  try {
    const avatar = /^avatars\/([^/]+)$/u.exec(path.slice(prefix.length))?.[1];
    if (avatar !== undefined && request.method === "GET") {
      response
        .writeHead(200, { "content-type": "image/svg+xml", "cache-control": "max-age=3600" })
        .end(drawAvatar(decodeURIComponent(avatar)));
      return true;
    }
    // Demanding JSON keeps other sites' forms out.
    if (request.method === "POST" && !(request.headers["content-type"] ?? "").startsWith("application/json"))
      throw new Problem(415, "application/json is wanted");
    const body = await answer(
      control,
      `${request.method ?? "GET"} ${path.slice(prefix.length)}`,
      parseJson(await readBody(request)),
    );
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    response
      .writeHead(error.status, { "content-type": "application/json" })
      .end(JSON.stringify({ message: error.message }));
  }
  return true;
}

async function answer(control: Control, what: string, body: unknown): Promise<unknown> {
  switch (what) {
    case "GET requests":
      return control.requests();
    case "GET unknown":
      return control.unknown();
    case "POST faults":
      return { id: control.faults.inject(checkBody(faultSchema, body)) };
    case "DELETE faults":
      control.faults.clear();
      return {};
    case "GET clock":
      return { now: control.now().toISOString() };
    case "POST clock": {
      const { advanceMs, ...how } = checkBody(clockSchema, body);
      control.advance(advanceMs, how);
      return { now: control.now().toISOString() };
    }
    case "GET idle":
      await control.idle();
      return { idle: true };
    case "POST schedule":
      await control.schedule(checkBody(z.object({ repository: z.string() }), body).repository);
      return {};
    default:
      throw new Problem(404, "The control plane has: requests, unknown, faults, clock, idle, schedule");
  }
}

/** A disc with the first letter, in a color of the name. */
function drawAvatar(login: string): string {
  const hue = Array.from(login).reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 360, 7);
  const letter = /^[a-z0-9]/iu.exec(login)?.[0].toUpperCase() ?? "?";
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" fill="hsl(${hue} 45% 45%)"/><text x="20" y="27" font-family="sans-serif" font-size="20" text-anchor="middle" fill="#fff">${letter}</text></svg>`;
}
