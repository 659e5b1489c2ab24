import { z } from "zod";
import { authenticated } from "../auth/access.ts";
import { Problem } from "../http/problem.ts";
import type { Route } from "../http/route.ts";

const viewerQuery = /^\s*(?:query\s*)?\{\s*viewer\s*\{\s*login\s*\}\s*\}\s*$/u;

/** The one question of GraphQL that is answered: who a token speaks for. REST has no answer to that for a job's token. */
export const graphqlRoutes: readonly Route[] = [
  {
    method: "post",
    template: "/api/graphql",
    access: authenticated,
    handle: async (call) => {
      const { query = "" } = call.read(z.object({ query: z.string().optional() }));
      if (!viewerQuery.test(query)) throw new Problem(501, "The emulator does not serve this GraphQL query");
      return { status: 200, body: { data: { viewer: { login: call.sender.login } } } };
    },
  },
];
