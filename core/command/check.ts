import type { Config, ModelConfig, ParamValue } from "../config/schema.ts";
import type { Fault } from "../fault.ts";
import { nearest } from "../nearest.ts";
import type { ParsedCommand } from "./parse.ts";

export type Retrain = {
  readonly kind: "retrain";
  readonly models: readonly { readonly model: string; readonly params: Readonly<Record<string, ParamValue>> }[];
  readonly fresh: boolean;
  /** The commit the person meant, at least 12 hexadecimal digits of it, or null for the one they could see. */
  readonly commit: string | null;
};

export type Cancel = {
  readonly kind: "cancel";
  /** null: all of them. */
  readonly model: string | null;
};

export type Command = Retrain | Cancel | { readonly kind: "recheck" } | { readonly kind: "help" };

export type CheckedCommand =
  | { readonly ok: true; readonly command: Command }
  | { readonly ok: false; readonly fault: Fault };

/** Gives a parsed command its meaning under a configuration; `affected` are the models a bare `/retrain` is about. */
export function checkCommand(parsed: ParsedCommand, config: Config, affected: readonly string[]): CheckedCommand {
  switch (parsed.name) {
    case "help":
      return { ok: true, command: { kind: "help" } };
    case "retrain":
      return checkRetrain(parsed, config, affected);
    case "cancel":
      return checkCancel(parsed, config);
    case "recheck":
      return checkRecheck(parsed);
  }
}

/** Needs no configuration: it is what one writes when something is wrong. */
export function checkRecheck({ words, args, flags }: ParsedCommand): CheckedCommand {
  const [extra] = [...words, ...args.map(([key]) => key), ...flags];
  if (extra !== undefined) return refuse("bad_argument", `/recheck takes nothing; found "${extra}"`);
  return { ok: true, command: { kind: "recheck" } };
}

function checkCancel({ words, args, flags }: ParsedCommand, config: Config): CheckedCommand {
  const known = Object.keys(config.models);
  const [model = null, ...more] = words;
  const [extra] = [...args.map(([key]) => key), ...flags, ...more];
  if (extra !== undefined) return refuse("bad_argument", `/cancel takes one model at most; found "${extra}"`);
  if (model !== null && !known.includes(model))
    return refuse("unknown_model", `no model "${model}"${expected(model, known)}`);
  return { ok: true, command: { kind: "cancel", model } };
}

function checkRetrain(parsed: ParsedCommand, config: Config, affected: readonly string[]): CheckedCommand {
  const known = Object.keys(config.models);
  const unknown = parsed.words.find((word) => !known.includes(word));
  if (unknown !== undefined) return refuse("unknown_model", `no model "${unknown}"${expected(unknown, known)}`);
  if (parsed.words.length > 1) return refuse("bad_argument", "expected one model; write one /retrain per model");

  let fresh = false;
  let commit: string | null = null;
  for (const flag of parsed.flags) {
    if (flag === "--fresh") fresh = true;
    else if (/^--commit=[0-9a-f]{12,64}$/.test(flag)) commit = flag.slice("--commit=".length);
    else if (flag.startsWith("--commit"))
      return refuse("bad_argument", "--commit needs at least 12 hexadecimal digits of a commit");
    else return refuse("bad_argument", `unknown flag ${flag}${expected(flag, ["--fresh", "--commit=SHA"])}`);
  }

  const targets = parsed.words.length === 1 ? parsed.words : affected;
  if (targets.length === 0)
    return refuse("nothing_to_do", "this pull request affects no model; name one to train it all the same");
  if (targets.length > 1 && parsed.args.length > 0) {
    return refuse("bad_argument", `parameters belong to one model; name it: ${targets.join(", ")}`);
  }
  const models: { model: string; params: Record<string, ParamValue> }[] = [];
  for (const model of targets) {
    const config_ = config.models[model];
    if (config_ === undefined) return refuse("unknown_model", `no model "${model}"${expected(model, known)}`);
    const params = overrides(parsed.args, config_);
    if ("fault" in params) return { ok: false, fault: params.fault };
    models.push({ model, params: params.values });
  }
  return { ok: true, command: { kind: "retrain", models, fresh, commit } };
}

function overrides(
  args: ParsedCommand["args"],
  config: ModelConfig,
): { readonly values: Record<string, ParamValue> } | { readonly fault: Fault } {
  const values: Record<string, ParamValue> = {};
  const known = Object.keys(config.train.params);
  for (const [key, text] of args) {
    const configured = Object.hasOwn(config.train.params, key) ? config.train.params[key] : undefined;
    if (configured === undefined) {
      return { fault: { reason: "bad_argument", message: `no parameter "${key}"${expected(key, known)}` } };
    }
    const value = typed(text, configured);
    if (value === null) {
      return {
        fault: {
          reason: "bad_argument",
          message: `${key} expects a ${typeof configured}, such as ${String(configured)}; found "${text}"`,
        },
      };
    }
    values[key] = value;
  }
  return { values };
}

/** A value of the configured value's type, or null when the text is not one. */
function typed(text: string, like: ParamValue): ParamValue | null {
  if (typeof like === "number") {
    const number = Number(text);
    return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number.isFinite(number) ? number : null;
  }
  if (typeof like === "boolean") return text === "true" ? true : text === "false" ? false : null;
  return text.length <= 1_000 ? text : null;
}

function refuse(reason: Fault["reason"], message: string): CheckedCommand {
  return { ok: false, fault: { reason, message } };
}

function expected(word: string, known: readonly string[]): string {
  const close = nearest(word, known);
  if (close !== null) return `; did you mean ${close}?`;
  return known.length === 0 ? "; there is none" : `; expected one of ${known.join(", ")}`;
}
