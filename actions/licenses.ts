import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Plugin } from "rolldown";
import { z } from "zod";

const manifest = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string().default("not stated in its manifest"),
});

/** Adds one file with the license of every package whose code is in the bundle, as those licenses ask for. */
export function licenses(fileName: string): Plugin {
  return {
    name: "licenses",
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
      const folders = new Set(
        modules.filter((id) => id.includes("/node_modules/")).map((id) => packageFolder(dirname(id))),
      );
      const texts = [...folders].map(licenseOf).toSorted();
      this.emitFile({ type: "asset", fileName, source: [...new Set(texts)].join("\n") });
    },
  };
}

/** The nearest folder with a manifest that has a name and a version; packages nest manifests that have neither. */
function packageFolder(folder: string): string {
  const file = join(folder, "package.json");
  if (existsSync(file) && manifest.safeParse(JSON.parse(readFileSync(file, "utf8"))).success) return folder;
  return packageFolder(dirname(folder));
}

function licenseOf(folder: string): string {
  const { name, version, license } = manifest.parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)(\.|-|$)/i.test(file));
  const texts = files
    .toSorted()
    .map((file) => readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n").trim());
  return [`# ${name} ${version} (${license})`, ...texts, ""].join("\n\n");
}
