/** Forms post to the page they are on and name their action; the token proves that the form is ours. */
import type { Context } from "../context.ts";
import { type Html, html } from "../html.ts";

/** A form around `content`; submit buttons inside carry `name="action"`. */
export function form(context: Context, content: Html, name = ""): Html {
  return html`<form method="post" action="${context.path}" class="${name}">
    <input type="hidden" name="csrf" value="${context.csrf}">${content}
  </form>`;
}

/** A form that is one button, with hidden fields. */
export function button(context: Context, of: ButtonText): Html {
  const fields = Object.entries(of.fields ?? {});
  return form(
    context,
    html`${fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
    <button type="submit" name="action" value="${of.action}" class="button ${of.look ?? ""}" ${of.title !== undefined && of.title !== "" && html`title="${of.title}"`}>${of.label}</button>`,
    "inline",
  );
}

export type ButtonText = {
  readonly action: string;
  readonly label: string | Html;
  readonly title?: string;
  readonly look?: "primary" | "danger" | "small";
  readonly fields?: Readonly<Record<string, string | number | bigint>>;
};
