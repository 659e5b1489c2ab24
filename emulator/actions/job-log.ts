/** The log of one job: stamped, masked lines, and the annotations among them. */
import type { Masker } from "./masker.ts";
import type { Annotation, HostPort } from "./port.ts";
import type { JobLog } from "./session.ts";

/** A log that writes through the port and reports annotations, masked, to `annotated`. */
export function createJobLog(
  port: HostPort,
  masker: Masker,
  of: { readonly runId: number; readonly jobId: number },
  annotated: (annotation: Annotation) => void,
): JobLog {
  return {
    line(text) {
      // GitHub stamps with seven decimals.
      const stamp = port.now().toISOString().replace("Z", "0000Z");
      const lines = masker.mask(text).split("\n");
      port.log(of.runId, of.jobId, lines.map((line) => `${stamp} ${line}\n`).join(""));
    },
    annotate: ({ message, title, ...annotation }) =>
      annotated({ ...annotation, message: masker.mask(message), title: title === null ? null : masker.mask(title) }),
  };
}
