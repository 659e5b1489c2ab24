/** Pages for what is not there and for what went wrong. */
import type { Answer } from "../context.ts";
import { html } from "../html.ts";
import { RestError } from "../rest.ts";

/** GitHub's refusal as a page in its own words; anything else is an outage of the API, or a fault of ours. */
export function problemPage(error: unknown): Answer {
  if (error instanceof RestError && error.status === 404) return notFound;
  const status = error instanceof RestError ? error.status : 500;
  const text = error instanceof Error ? error.message : "The page could not be made.";
  return {
    kind: "page",
    title: `Error ${status}`,
    status,
    body: html`<main id="main" class="page problem"><p class="problem-code">${status}</p><h1>Something did not work</h1><p data-problem>${text}</p><p><a href="/">Back to the repositories</a></p></main>`,
  };
}

/** 404, in our own words. */
export const notFound: Answer = {
  kind: "page",
  title: "Page not found",
  status: 404,
  body: html`<main id="main" class="page problem"><p class="problem-code">404</p><h1>This is not the page you are looking for</h1>
    <p>There is nothing here, or the signed-in user may not see it.</p><p><a href="/">Back to the repositories</a></p></main>`,
};
