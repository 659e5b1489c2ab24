import { createServer, type RequestListener } from "node:http";
import type { TestContext } from "node:test";

/** A server on loopback until the test ends; gives its address, such as http://127.0.0.1:4711. */
export async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
}
