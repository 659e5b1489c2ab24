import rehypeRaw from "rehype-raw";
import rehypeSanitize, { defaultSchema } from "rehype-sanitize";
import rehypeStringify from "rehype-stringify";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";
import { z } from "zod";
import { anyone } from "../auth/access.ts";
import { type Route, route } from "../http/route.ts";

// GitHub's own rules are close to the default ones; these are the additions that its comments allow.
const schema: typeof defaultSchema = {
  ...defaultSchema,
  tagNames: [...(defaultSchema.tagNames ?? []), "picture", "source", "details", "summary"],
  attributes: {
    ...defaultSchema.attributes,
    source: ["media", "srcSet", "sizes", "type"],
    img: [...(defaultSchema.attributes?.["img"] ?? []), "width", "height", "align", "alt", "title"],
    details: ["open"],
  },
  protocols: { ...defaultSchema.protocols, src: ["http", "https"], srcSet: ["http", "https"] },
};

const processor = unified()
  .use(remarkParse)
  .use(remarkGfm)
  .use(remarkRehype, { allowDangerousHtml: true })
  .use(rehypeRaw)
  .use(rehypeSanitize, schema)
  .use(rehypeStringify);

/** GitHub-flavored Markdown as HTML that is safe to show, whatever the text. */
export async function renderMarkdown(text: string): Promise<string> {
  return String(await processor.process(text));
}

export const markdownRoutes: readonly Route[] = [
  route("post", "/markdown", anyone, async ({ read }) => {
    const { text } = read(z.object({ text: z.string(), mode: z.string().optional(), context: z.string().optional() }));
    return { status: 200, type: "text/html; charset=utf-8", bytes: await renderMarkdown(text) };
  }),
];
