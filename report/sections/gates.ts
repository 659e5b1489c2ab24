import { counts } from "../../core/gate/conclude.ts";
import { formatDelta } from "../../core/metrics/format.ts";
import { type GateResult, type Report, sliceName } from "../../core/report.ts";
import { type Block, code, left, list, paragraph, right, type Text, table } from "../document.ts";
import { clip } from "../escape.ts";
import { mentioned } from "../findings.ts";
import { gateIcon, verdictIcon } from "../gate-words.ts";
import { chance, count, counted } from "../words.ts";

const shownSlices = 5;

/** Every gate that did not pass, with its reason and, where it is known, what would resolve it. */
export function openGates(report: Report): readonly Block[] {
  const open = report.gates.filter((gate) => gate.verdict !== "pass");
  return [...gateList(open), ...open.flatMap(gateSlices)];
}

/** Gates with their verdicts and reasons. */
export function gateList(gates: readonly GateResult[]): readonly Block[] {
  return gates.length === 0 ? [] : [list(...gates.map(gateItem))];
}

/** `2 of 3 gates pass` */
export function gatesTally({ gates }: Report): string {
  const passed = gates.filter((gate) => counts(gate) === "pass").length;
  return gates.length === 0
    ? "no gate is configured"
    : `${count(passed)} of ${counted(gates.length, "gate")} ${gates.length === 1 ? "passes" : "pass"}`;
}

function gateItem(gate: GateResult): Text {
  const words = clip(gate.message, 600).trim();
  const name: Text = gate.id === undefined ? [] : [clip(gate.id, 60), ", "];
  return [`${gateIcon(gate)} `, ...name, code(clip(gate.require, 300)), words === "" ? "" : `: ${words}`];
}

/** What a gate about slices found, the strongest evidence first; p-values are adjusted for the number of slices. */
function gateSlices(gate: GateResult): readonly Block[] {
  const slices = gate.slices ?? [];
  const [metric = ""] = mentioned(gate);
  if (slices.length === 0) return [];
  const number = (value: number | null): string => (value === null ? "–" : formatDelta(metric, value));
  const rows = slices
    .slice(0, shownSlices)
    .map(({ slice, verdict, value, bound, p }): readonly Text[] => [
      [`${verdictIcon(verdict)} ${clip(sliceName(slice), 80)}`],
      [number(value)],
      [number(bound)],
      [p === null ? "–" : chance(p)],
    ]);
  const more = slices.length - rows.length;
  return [
    table(
      [left("slice of ", code(clip(gate.id ?? gate.require, 60))), right("Δ"), right("bound"), right("adjusted p")],
      rows,
    ),
    ...(more === 0
      ? []
      : [paragraph(`${counted(more, "slice")} with weaker evidence ${more === 1 ? "is" : "are"} left out here.`)]),
  ];
}
