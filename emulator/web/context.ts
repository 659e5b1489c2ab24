/** What every page is given, and what it gives back. */
import type { Html } from "./html.ts";
import type { Rest } from "./rest.ts";

export type User = { readonly login: string; readonly token: string };

export type Params = {
  readonly owner: string;
  readonly repo: string;
  readonly id: string;
  readonly job: string;
  readonly ref: string;
  readonly path: string;
};

export type Context = {
  readonly rest: Rest;
  /** Markdown as sanitized HTML; relative links lead to `links`, a folder of the repository, when given. */
  readonly markdown: (text: string, links?: MarkdownLinks) => Promise<Html>;
  readonly viewer: User | null;
  readonly users: readonly User[];
  readonly csrf: string;
  readonly params: Params;
  readonly query: URLSearchParams;
  /** Path and query of this page, as a form's target. */
  readonly path: string;
  readonly now: Date;
  /** What the visitor typed into a form that GitHub refused, by field name. */
  readonly draft: ReadonlyMap<string, string>;
};

export type MarkdownLinks = { readonly page: string; readonly image: string };

export type Answer =
  | { readonly kind: "page"; readonly title: string; readonly body: Html; readonly status: number }
  | { readonly kind: "bytes"; readonly contentType: string; readonly bytes: Buffer };

/** A form was accepted: where the browser goes next, and what the next page says at its top. */
export type Done = { readonly to: string; readonly notice: string | null };

export type Form = ReadonlyMap<string, string>;

export type Action = (context: Context, form: Form) => Promise<Done>;

export type Route = {
  /** `/:owner/:repo/blob/:ref/*`; a trailing `*` is the `path` parameter. */
  readonly pattern: string;
  readonly show: (context: Context) => Promise<Answer>;
  /** Forms post to the page's own address and name their action. */
  readonly actions: Readonly<Record<string, Action>>;
};

/** A page with status 200. */
export function page(title: string, body: Html): Answer {
  return { kind: "page", title, body, status: 200 };
}
