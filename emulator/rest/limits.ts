import { anyone } from "../auth/access.ts";
import { type Route, route } from "../http/route.ts";

/** `rate` gives what is left of the caller's hour; the question itself costs nothing. */
export const limitRoutes: readonly Route[] = [
  route("get", "/rate_limit", anyone, ({ hub, actor }) => {
    const { limit, remaining, used, reset } = hub.rate(actor);
    const core = { limit, remaining, used, reset };
    return { status: 200, body: { resources: { core, search: core }, rate: core } };
  }),
  route("get", "/meta", anyone, () => ({ status: 200, body: { verifiable_password_authentication: false } })),
];
