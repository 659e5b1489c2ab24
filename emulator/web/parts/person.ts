/** A user's avatar and name. Avatars are drawn, because an emulator has no pictures. */
import { createHash } from "node:crypto";
import { type Html, html } from "../html.ts";

export type Person = { readonly login: string; readonly type?: string | undefined } | null | undefined;

/** A round letter, or a square one for an app, in one of twelve colors chosen by the login. */
export function avatar(person: Person, size: "small" | "large" = "small"): Html {
  const login = person?.login ?? "ghost";
  const color = (createHash("sha256").update(login).digest()[0] ?? 0) % 12;
  const letter =
    login
      .replace(/[^\p{L}\p{N}]/gu, "")
      .slice(0, 1)
      .toUpperCase() || "?";
  return html`<span class="avatar avatar-${size} hue-${color} ${isBot(person) && "avatar-bot"}" aria-hidden="true">${letter}</span>`;
}

/** The login in bold, with the label that GitHub gives to apps. */
export function name(person: Person): Html {
  const login = person?.login ?? "ghost";
  return html`<strong class="login">${login.replace(/\[bot\]$/, "")}</strong>${isBot(person) && html` <span class="label">bot</span>`}`;
}

export function isBot(person: Person): boolean {
  return person?.type === "Bot" || (person?.login.endsWith("[bot]") ?? false);
}
