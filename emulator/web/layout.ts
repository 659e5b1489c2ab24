/** The document around a page: head, navigation, flash message. */
import type { Context } from "./context.ts";
import { type Html, html, nothing } from "./html.ts";
import { icon } from "./parts/icon.ts";
import { avatar } from "./parts/person.ts";
import type { Flash } from "./session.ts";

/** A whole document. Pages bring their own `<main>`. */
export function layout(context: Context, title: string, body: Html, flash: Flash | null): Html {
  return html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${title}</title>
  <link rel="icon" href="/-/icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/-/style.css">
  <script src="/-/refresh.js" defer></script>
</head>
<body>
  <a class="skip" href="#main">Skip to content</a>
  <header class="site-head">
    <a class="brand" href="/">${icon("repo")}<span>GitHub <span class="brand-note">emulator</span></span></a>
    <nav aria-label="Site"><a href="/">Repositories</a></nav>
    ${userMenu(context)}
  </header>
  ${flash === null ? nothing : html`<div class="flash flash-${flash.kind}" role="${flash.kind === "error" ? "alert" : "status"}" data-flash="${flash.kind}">${flash.text}</div>`}
  <div id="content">${body}</div>
  <footer class="site-foot">A stand-in for GitHub on this machine. It is not GitHub, and asks for no password.</footer>
</body>
</html>`;
}

function userMenu(context: Context): Html {
  const { viewer, users, csrf } = context;
  return html`<details class="user-menu" id="user-menu">
    <summary>${avatar(viewer)}<span data-viewer="${viewer?.login ?? ""}">${viewer?.login ?? "Sign in"}</span></summary>
    <form method="post" action="/-/session" class="menu">
      <p class="menu-title">Sign in as</p>
      <p class="muted menu-note">No password: this is an emulator.</p>
      <input type="hidden" name="csrf" value="${csrf}"><input type="hidden" name="back" value="${context.path}">
      ${users.map(
        (user) =>
          html`<button type="submit" name="user" value="${user.login}" ${user.login === viewer?.login && html`aria-current="true"`}>${avatar(user)}${user.login}</button>`,
      )}
    </form>
  </details>`;
}
