import { join } from "node:path";
import { defineConfig, type OutputOptions } from "rolldown";
import { actionIo } from "./io.ts";
import { licenses } from "./licenses.ts";

/**
 * Each action's dist/main.js, as GitHub runs it, and what they share in dist/. Not minified, so that a reviewer can read
 * what runs; names carry no hashes, so that the same sources give the same files.
 */
export const output: OutputOptions = {
  dir: import.meta.dirname,
  format: "esm",
  entryFileNames: "[name]/dist/main.js",
  chunkFileNames: "dist/[name].js",
  minify: false,
  sourcemap: false,
  codeSplitting: {
    groups: [
      { name: "packages", test: /\/node_modules\// },
      { name: "assay", test: /\/(actions\/[^/]+|core\/.+)\.ts$/ },
    ],
  },
};

export default defineConfig({
  // Names in comments of the output are relative to this folder.
  cwd: join(import.meta.dirname, ".."),
  input: Object.fromEntries(Object.keys(actionIo).map((name) => [name, join(import.meta.dirname, name, "main.ts")])),
  platform: "node",
  plugins: [licenses("dist/licenses.txt")],
  output,
});
