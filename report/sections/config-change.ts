import type { ConfigChange, Difference, Direction, Power } from "../../core/config-change/change.ts";
import { type Block, code, left, paragraph, type Text, table } from "../document.ts";
import { clip } from "../escape.ts";
import { counted, enumeration, percent } from "../words.ts";

/** `2 gates weakened, 1 model added`: what a new configuration would mean, in a few words. */
export function configChangeTitle(change: ConfigChange): string {
  const gates = change.filter(({ subject }) => subject === "gates");
  const models = change.filter(({ subject, setting }) => subject === "models" && setting === "model");
  const ladder = change.filter(({ subject }) => subject === "environments");
  const rest = change.length - gates.length - models.length - ladder.length;
  const weakened = (of: readonly Difference[], direction: Direction) => of.filter((one) => one.direction === direction);
  const parts: readonly (readonly [number, string, string])[] = [
    [weakened(gates, "weaker").length, "gate", "weakened"],
    [weakened(gates, "stricter").length, "gate", "tightened"],
    [gates.length - weakened(gates, "weaker").length - weakened(gates, "stricter").length, "gate", "changed"],
    [models.filter(({ before }) => before === null).length, "model", "added"],
    [models.filter(({ after }) => after === null).length, "model", "removed"],
    [ladder.length, "setting", "of environments changed"],
    [rest, "other setting", "changed"],
  ];
  const words = parts.filter(([n]) => n > 0).map(([n, noun, what]) => `${counted(n, noun)} ${what}`);
  return words.length === 0 ? "no setting changed" : words.join(", ");
}

const icons: Readonly<Record<Direction, string>> = {
  weaker: "⚠️ weaker",
  unknown: "❔ different",
  stricter: "✅ stricter",
  neutral: "neutral",
};

/** Each difference with its meaning, and the power of gates before and after; at most `rows` of them. */
export function configChangeBlocks(change: ConfigChange, rows: number): readonly Block[] {
  if (change.length === 0) return [];
  const shown = change.slice(0, rows);
  const more = change.length - shown.length;
  return [
    paragraph("The new configuration rules after the merge. What it would change:"),
    table(
      [left("meaning"), left("of"), left("setting"), left("now"), left("then"), left("power")],
      shown.map((one) => [
        [icons[one.direction]],
        [code(clip(one.name, 60))],
        [code(clip(one.setting, 60))],
        value(one.before),
        value(one.after),
        [powerWords(one)],
      ]),
    ),
    ...(more > 0 ? [paragraph(`${counted(more, "more difference")} are left out here.`)] : []),
    ...(shown.some(({ power }) => power !== null) ? [paragraph(powerNote)] : []),
  ];
}

const powerNote =
  "Power: how often an equally good model passes, and how often one that is worse by the margin is stopped, on as many rows as the newest report had.";

function value(text: string | null): Text {
  return text === null ? ["–"] : [code(clip(text, 160))];
}

function powerWords({ subject, power }: Difference): string {
  if (subject !== "gates" || power === null) return "";
  const sides = [power.before, power.after].map((side) => (side === null ? "unknown" : sideWords(side)));
  return enumeration([...new Set(sides)]) === "unknown" ? "unknown" : sides.join(" → ");
}

function sideWords({ goodPasses, badStopped }: Power): string {
  const good = `${percent(Math.round(goodPasses * 1_000) / 1_000)} good pass`;
  return badStopped === null ? good : `${good}, ${percent(Math.round(badStopped * 1_000) / 1_000)} bad stopped`;
}
