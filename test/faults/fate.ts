import { createHash } from "node:crypto";

/** What becomes of a training: the same for the same code, data and parameters, in every life. */
export type Fate = "training_fails" | "evaluation_fails" | "passes";

export function fateOf(fingerprint: string): Fate {
  const dice = createHash("sha256").update(fingerprint).digest().readUInt8(0) / 256;
  if (dice < 0.12) return "training_fails";
  return dice < 0.4 ? "evaluation_fails" : "passes";
}

/** Digest of the model that a training makes. */
export function modelDigest(fingerprint: string): string {
  return `sha256:${createHash("sha256").update(`model of ${fingerprint}`).digest("hex")}`;
}
