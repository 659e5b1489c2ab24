import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { ExplorerData } from "./explorer-data.ts";

/** A file of this folder as the page holds it, and the source that its security policy allows. */
export type Embedded = { readonly text: string; readonly source: string };

/** The page's script or style, word for word. Read when a page is made. */
export function embed(file: "script.js" | "style.css"): Embedded {
  const text = readFileSync(new URL(file, import.meta.url), "utf8");
  return { text, source: `'sha256-${createHash("sha256").update(text).digest("base64")}'` };
}

const outside: Readonly<Record<string, string>> = { "\u2028": "\\u2028", "\u2029": "\\u2029" };

/** JSON that no text inside can lead out of a script element; it reads as the same data. */
export function jsonForScript(data: ExplorerData): string {
  return JSON.stringify(data).replace(
    /[<>&\u2028\u2029]/g,
    (sign) => outside[sign] ?? `\\u00${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
