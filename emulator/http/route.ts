import type { paths } from "@octokit/openapi-types";
import type { z } from "zod";
import type { Access } from "../auth/access.ts";
import type { Actor } from "../auth/actor.ts";
import type { RepositoryStore } from "../git/store.ts";
import type { Hub } from "../hub.ts";
import type { App, Repository, User } from "../state/records.ts";

export type Method = "get" | "post" | "put" | "patch" | "delete";

type Operation<P extends keyof paths, M extends Method> = M extends keyof paths[P] ? paths[P][M] : never;
type Responses<P extends keyof paths, M extends Method> = Operation<P, M> extends { responses: infer R } ? R : never;
type Body<R> = R extends { content: infer C }
  ? [C] extends [never]
    ? null
    : C extends { "application/json": infer J }
      ? J
      : C extends { "application/json;charset=utf-8": infer J }
        ? J
        : string
  : null;
type Success = 200 | 201 | 202 | 204;

/** What GitHub's own description allows a handler of this path and method to answer. */
export type Answer<P extends keyof paths, M extends Method> =
  | {
      [S in keyof Responses<P, M> & Success]: { readonly status: S; readonly body: Body<Responses<P, M>[S]> };
    }[keyof Responses<P, M> & Success]
  | Redirect
  | Raw;

export type Redirect = { readonly status: 302; readonly location: string };
/** Bytes that are not JSON: file contents, HTML. */
export type Raw = { readonly status: 200; readonly type: string; readonly bytes: Buffer | string };

/** The methods that GitHub's description has for a path. */
export type MethodsOf<P extends keyof paths> = {
  [M in Method]: Operation<P, M> extends { responses: unknown } ? M : never;
}[Method];

type ParameterOf<P extends string> = P extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterOf<Rest>
  : never;

/** One request, read and authorized, as a handler sees it. */
export type Call<P extends string = string> = {
  readonly hub: Hub;
  readonly actor: Actor;
  /** The account that acts; events carry it as `sender`. */
  readonly sender: User;
  /** The App through which it acts, if any. */
  readonly via: App | null;
  readonly parameters: Readonly<Record<ParameterOf<P>, string>>;
  readonly query: URLSearchParams;
  readonly accept: string;
  /** The JSON body, checked; throws 422 with GitHub's shape of message. */
  readonly read: <T extends z.ZodType>(schema: T) => z.output<T>;
  /** The asked page of a list; sets the Link header. */
  readonly page: <T>(items: readonly T[]) => T[];
  /** Sets a Link header to this same list with these parameters, for lists that page by cursor. */
  readonly linkNext: (parameters: Readonly<Record<string, string>>) => void;
};

export type RepositoryCall<P extends string = string> = Call<P> & {
  readonly repository: Repository;
  readonly git: RepositoryStore;
};

export type Reply = { readonly status: number; readonly body: unknown } | Redirect | Raw;

/** One row of the routing table, its types erased. */
export type Route = {
  readonly method: Method;
  readonly template: string;
  readonly access: Access;
  readonly handle: (
    call: Call<never>,
    place: { repository: Repository; git: RepositoryStore } | null,
  ) => Promise<Reply>;
};

type Returned<T> = T | Promise<T>;

/** A route outside any repository. */
export function route<P extends keyof paths, M extends MethodsOf<P>>(
  method: M,
  template: P,
  access: Access,
  handler: (call: Call<P>) => Returned<Answer<P, M>>,
): Route {
  return { method, template, access, handle: async (call) => toReply(await handler(call)) };
}

/** A route under `/repos/{owner}/{repo}`: its handler gets the repository, which the caller is known to see. */
export function repositoryRoute<P extends keyof paths & `/repos/{owner}/{repo}${string}`, M extends MethodsOf<P>>(
  method: M,
  template: P,
  access: Access,
  handler: (call: RepositoryCall<P>) => Returned<Answer<P, M>>,
): Route {
  return {
    method,
    template,
    access,
    handle: async (call, place) => {
      if (place === null) throw new Error(`${template} was reached without a repository`);
      return toReply(await handler({ ...forTemplate<P>(call), ...place }));
    },
  };
}

/** A route that GitHub has but its published description lacks. */
export function untypedRoute<P extends string>(
  method: Method,
  template: P,
  access: Access,
  handler: (call: RepositoryCall<P>) => Returned<Reply>,
): Route {
  return {
    method,
    template,
    access,
    handle: async (call, place) => {
      if (place === null) throw new Error(`${template} was reached without a repository`);
      return handler({ ...forTemplate<P>(call), ...place });
    },
  };
}

// The router has filled in exactly the names of the template.
function forTemplate<P extends string>(call: Call<never>): Call<P> {
  return call;
}

// The one place where the table forgets the type of an answer; it was checked against GitHub's description above.
function toReply(answer: unknown): Reply {
  return answer as Reply;
}
