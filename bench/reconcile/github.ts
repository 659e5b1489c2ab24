import { manyPulls } from "../../test/app/many-pulls.ts";
import { at } from "../../test/core/plan/material.ts";
import { standIn } from "../stand-in.ts";

/** GitHub's side of ten thousand open pull requests, in one of their scenes, or with none: `SCENE`. */
const scene = process.env["SCENE"] ?? "";
const answer = manyPulls(scene === "quiet" ? scene : "all pushed to unheard", secondNow);
let created = 1_000_000;

function secondNow(): number {
  return (Date.now() - Date.parse(at(0))) / 1_000;
}

standIn(Number(process.env["PORT"] ?? "0"), (asked) => {
  if (scene === "nothing") return asked.path === "/app/hook/deliveries" ? { body: [] } : null;
  if (asked.method === "POST" && asked.path.endsWith("/check-runs")) {
    created += 1;
    return { status: 201, body: { id: created } };
  }
  return answer(asked);
});
