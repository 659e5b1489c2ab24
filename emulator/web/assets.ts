/** The static files of the pages, read once. */
import { readFileSync } from "node:fs";

export type Asset = { readonly contentType: string; readonly text: string };

const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="4" fill="#24292f"/><path d="M5 3.500v9M5 9c0-3 6-1.500 6-4.500" stroke="#fff" stroke-width="1.600" fill="none" stroke-linecap="round"/></svg>';

/** One style sheet is served; later parts may refine earlier ones. */
const styles = ["base", "frame", "parts", "conversation", "pages", "run", "diff", "markdown", "narrow"];

/** By path under `/-/`. */
export function readAssets(): ReadonlyMap<string, Asset> {
  const read = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");
  return new Map([
    [
      "/-/style.css",
      { contentType: "text/css; charset=utf-8", text: styles.map((name) => read(`styles/${name}.css`)).join("\n") },
    ],
    ["/-/refresh.js", { contentType: "text/javascript; charset=utf-8", text: read("refresh.js") }],
    ["/-/icon.svg", { contentType: "image/svg+xml", text: icon }],
  ]);
}
