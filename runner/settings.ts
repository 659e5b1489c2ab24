import { readFile, stat } from "node:fs/promises";
import { parseConfig } from "../core/config/parse.ts";
import type { ModelConfig } from "../core/config/schema.ts";
import { AssayError, describeFault } from "../core/fault.ts";
import { nearest } from "../core/nearest.ts";
import { demandFile } from "./files.ts";

const maxConfigBytes = 256 * 1024;

/** Reads a configuration file and picks one model of it. Throws a fault that names line and column, or the models. */
export async function readModelConfig(file: string, model: string): Promise<ModelConfig> {
  await demandFile(file, "config_missing", "the configuration");
  if ((await stat(file)).size > maxConfigBytes)
    throw new AssayError({
      reason: "config_too_large",
      message: "the configuration is larger than 256 KiB",
      place: { file },
    });
  const parsed = parseConfig(await readFile(file, "utf8"), file);
  if (!parsed.ok) {
    const [first, ...more] = parsed.faults;
    if (first === undefined) throw new Error("a configuration was refused without a reason");
    const rest = more.map((fault) => `\n${describeFault(fault)}`).join("");
    throw new AssayError({ ...first, message: `${first.message}${rest}` });
  }
  const names = Object.keys(parsed.config.models);
  const found = Object.hasOwn(parsed.config.models, model) ? parsed.config.models[model] : undefined;
  if (found !== undefined) return found;
  const guess = nearest(model, names);
  const hint = guess === null ? `the models are ${names.join(", ")}` : `did you mean ${guess}?`;
  throw new AssayError({
    reason: "unknown_model",
    message: `the configuration has no model ${JSON.stringify(model)}: ${hint}`,
    place: { file },
  });
}
