/** Who says what is evaluated: a configuration, or the flags of a command. */
export type Naming = "configuration" | "flags";

/** How a message calls a setting, such as `positive` or `on_nan`. */
export function settingName(naming: Naming, setting: string): string {
  return naming === "configuration" ? `evaluate.${setting}` : `--${setting.replaceAll("_", "-")}`;
}
