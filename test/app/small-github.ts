import { createServer } from "node:http";

export type Asked = { readonly by: string; readonly method: string; readonly path: string };

/** A GitHub of repositories without a configuration, which notes who asked for what and can keep an answer back. */
export type SmallGithub = {
  readonly url: string;
  readonly asked: () => readonly Asked[];
  /** Whatever fits is answered only when this resolves; of the test's making, so that nothing has to be timed. */
  readonly holdBack: (fits: (asked: Asked) => boolean, until: Promise<unknown>) => void;
  readonly stop: () => Promise<void>;
};

export async function startSmallGithub(): Promise<SmallGithub> {
  const log: Asked[] = [];
  const holds: { readonly fits: (asked: Asked) => boolean; readonly until: Promise<unknown> }[] = [];
  const server = createServer((request, response) => {
    request.resume();
    const by = (request.headers.authorization ?? "").replace(/^\S+ /, "");
    const asked = { by, method: request.method ?? "GET", path: decodeURIComponent(request.url ?? "/") };
    log.push(asked);
    const held = holds.filter(({ fits }) => fits(asked)).map(({ until }) => until);
    void Promise.all(held).then(() => {
      if (asked.method === "POST") response.writeHead(201).end();
      else response.writeHead(404, { "content-type": "application/json" }).end(`{"message":"Not Found"}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    asked: () => log,
    holdBack: (fits, until) => void holds.push({ fits, until }),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
