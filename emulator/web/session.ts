/** Who the visitor is, and the proof that a form came from our own page. An emulator has no passwords. */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { User } from "./context.ts";

export type Flash = { readonly kind: "notice" | "error"; readonly text: string };

/** The value of one cookie, decoded; null when it is absent or not decodable. */
export function cookie(request: IncomingMessage, name: string): string | null {
  for (const pair of (request.headers.cookie ?? "").split(";")) {
    const at = pair.indexOf("=");
    if (at > 0 && pair.slice(0, at).trim() === name) return decode(pair.slice(at + 1).trim());
  }
  return null;
}

/** `Set-Cookie` for one cookie of the pages; an empty value removes it. */
export function setCookie(name: string, value: string): string {
  const age = value === "" ? "; Max-Age=0" : "";
  return `${name}=${encodeURIComponent(value)}; Path=/; HttpOnly; SameSite=Lax${age}`;
}

/** The user named by the cookie `user`, else the first one; null when there is no user at all. */
export function visitor(request: IncomingMessage, users: readonly User[]): User | null {
  const login = cookie(request, "user");
  return users.find((user) => user.login === login) ?? users[0] ?? null;
}

/** Form token of one session. Another site can send the cookie, but cannot read or compute this. */
export function csrfToken(secret: string, login: string): string {
  return createHmac("sha256", secret).update(`csrf ${login}`).digest("base64url");
}

export function csrfHolds(expected: string, given: string | undefined): boolean {
  const left = Buffer.from(expected);
  const right = Buffer.from(given ?? "");
  return left.length === right.length && timingSafeEqual(left, right);
}

function decode(value: string): string | null {
  try {
    return decodeURIComponent(value);
  } catch {
    return null;
  }
}
