import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";

const lifeMs = 60_000;
const prefix = "/_files/";

/** Bytes behind an unguessable URL for a minute: artifacts and logs are fetched from there without a token. */
export type Published = {
  readonly publish: (type: string, bytes: () => Promise<Buffer | null>) => string;
  /** False when the path is none of ours. */
  readonly answer: (path: string, response: ServerResponse) => Promise<boolean>;
};

export function createPublished(baseUrl: () => string): Published {
  const files = new Map<string, { type: string; bytes: () => Promise<Buffer | null>; until: number }>();
  return {
    publish(type, bytes) {
      const now = performance.now();
      for (const [key, file] of files) if (file.until < now) files.delete(key);
      const key = randomBytes(24).toString("base64url");
      files.set(key, { type, bytes, until: now + lifeMs });
      return `${baseUrl()}${prefix}${key}`;
    },
    async answer(path, response) {
      if (!path.startsWith(prefix)) return false;
      const file = files.get(path.slice(prefix.length));
      const bytes = file === undefined || file.until < performance.now() ? null : await file.bytes();
      if (file === undefined || bytes === null)
        response.writeHead(404, { "content-type": "text/plain" }).end("Not Found\n");
      else response.writeHead(200, { "content-type": file.type, "content-length": bytes.length }).end(bytes);
      return true;
    },
  };
}
