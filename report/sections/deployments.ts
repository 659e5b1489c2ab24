import type { DeploymentView, PullView } from "../../core/view.ts";
import { type Block, code, heading, left, link, type Text, table } from "../document.ts";
import { clip } from "../escape.ts";
import { enumeration } from "../words.ts";

const states: Readonly<Record<DeploymentView["state"], string>> = {
  waiting: "⏳ waiting",
  deploying: "🔄 deploying",
  deployed: "✅ deployed",
  failed: "❌ failed",
  rejected: "❌ rejected",
  superseded: "superseded",
};

/** After the merge: which versions came of it and where each of them is. */
export function deployments(view: PullView): readonly Block[] {
  if (view.versions.length === 0) return [];
  const rows = view.versions.flatMap(({ version, deployments }): readonly (readonly Text[])[] =>
    deployments.length === 0
      ? [[[code(clip(version, 60))], ["–"], ["registered, not deployed"], []]]
      : deployments.map((one) => [
          [code(clip(version, 60))],
          [clip(one.environment, 60)],
          [states[one.state]],
          one.url === null ? [] : [link(one.url, "open")],
        ]),
  );
  return [
    heading(3, ...deploymentSentence(view)),
    table([left("version"), left("environment"), left("state"), left("")], rows),
  ];
}

function deploymentSentence(view: PullView): Text {
  const [only] = view.versions;
  if (view.versions.length !== 1 || only === undefined) return [`Merged: ${view.versions.length} versions registered`];
  const within = (state: DeploymentView["state"]) =>
    only.deployments.filter((one) => one.state === state).map((one) => clip(one.environment, 60));
  const parts = [
    ...(within("failed").length === 0 ? [] : [`failed in ${enumeration(within("failed"))}`]),
    ...(within("rejected").length === 0 ? [] : [`rejected for ${enumeration(within("rejected"))}`]),
    ...(within("deployed").length === 0 ? [] : [`in ${enumeration(within("deployed"))}`]),
    ...(within("deploying").length === 0 ? [] : [`going into ${enumeration(within("deploying"))}`]),
    ...(within("waiting").length === 0 ? [] : [`waiting for ${enumeration(within("waiting"))}`]),
  ];
  return ["Merged as ", code(clip(only.version, 60)), ": ", parts.length === 0 ? "registered" : parts.join(", ")];
}
