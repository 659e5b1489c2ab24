import { once } from "node:events";
import { createConnection, createServer, type Socket } from "node:net";

export type SilentProxy = {
  /** The given address, by way of the proxy. */
  readonly url: string;
  /** From now on nothing gets through, in either direction, and nobody is told. */
  readonly silence: () => void;
  /** What connects from now on gets through again; connections of before stay as they are, for ever. */
  readonly speak: () => void;
  readonly stop: () => Promise<void>;
};

/** A network on loopback that can vanish without a word, on the way to the server of an address. */
export async function startSilentProxy(target: string): Promise<SilentProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let isSilent = false;
  const forward = (from: Socket, to: Socket) => {
    sockets.add(from);
    from.on("error", () => {});
    from.on("data", (chunk) => to.write(chunk));
    from.on("end", () => to.end());
    if (isSilent) from.pause();
  };
  const server = createServer((near) => {
    const far = createConnection(Number(port), hostname);
    forward(near, far);
    forward(far, near);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the proxy has no port");
  return {
    url: Object.assign(new URL(target), { hostname: "127.0.0.1", port: String(address.port) }).href,
    silence: () => {
      isSilent = true;
      for (const socket of sockets) socket.pause();
    },
    speak: () => {
      isSilent = false;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
