import { z } from "zod";
import { needs, needsOnly } from "../auth/access.ts";
import { type Route, untypedRoute } from "../http/route.ts";
import { pressButton } from "./checks.ts";
import { show } from "./contents.ts";

/** What the web page needs beyond the published API, and routes that the description cannot express. */
export const webRoutes: readonly Route[] = [
  untypedRoute("get", "/repos/{owner}/{repo}/contents", needs("contents:read"), (call) => show(call, "")),
  // On GitHub this is a button of the page; there is no public route for it.
  untypedRoute(
    "post",
    "/repos/{owner}/{repo}/check-runs/{check_run_id}/requested_action",
    needsOnly("users", "checks:write"),
    (call) => {
      const { identifier } = call.read(z.object({ identifier: z.string() }));
      pressButton(call, call.parameters.check_run_id, identifier);
      return { status: 201, body: {} };
    },
  ),
];
