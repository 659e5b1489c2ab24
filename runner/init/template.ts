import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The team's own deployment: the command, and variables it needs besides ASSAY_MODEL and its siblings. */
export type DeployStep = { readonly run: string; readonly env: Readonly<Record<string, string>> };

/**
 * The workflow that `assay init` writes. Without a deploy step of the team's own, its last step fails and says so: a
 * deployment that did nothing must not look like one.
 */
export function workflowText(deploy: DeployStep | null = null): string {
  const template = read("workflow.yml");
  if (deploy === null) return template;
  const start = template.indexOf(`        run: |\n`, template.indexOf("- name: Deploy\n"));
  const end = template.indexOf("        env:\n", start);
  if (start < 0 || end < 0) throw new Error("the workflow template has no deploy step");
  const env = Object.entries(deploy.env).map(([name, value]) => `          ${name}: ${value}\n`);
  return `${template.slice(0, start)}        run: ${deploy.run}\n${template.slice(end)}${env.join("")}`;
}

/** A commented `.github/assay.yml` to start from. */
export function configText(): string {
  return read("config.yml");
}

function read(name: string): string {
  return readFileSync(join(import.meta.dirname, name), "utf8");
}
