/** One page of a list, and the relations to the others as GitHub's Link header gives them. */
export function paginate<T>(items: readonly T[], url: URL): { items: T[]; link: string | null } {
  const size = Math.min(Math.max(Number(url.searchParams.get("per_page") ?? 30) || 30, 1), 100);
  const page = Math.max(Number(url.searchParams.get("page") ?? 1) || 1, 1);
  const last = Math.max(1, Math.ceil(items.length / size));
  const relations: [string, number][] = [];
  if (page > 1) relations.push(["prev", Math.min(page - 1, last)]);
  if (page < last) relations.push(["next", page + 1], ["last", last]);
  if (page > 1) relations.push(["first", 1]);
  const link = relations.map(([relation, number]) => linkTo(url, { page: String(number) }, relation)).join(", ");
  return { items: items.slice((page - 1) * size, page * size), link: link === "" ? null : link };
}

/** One entry of a Link header: the same address with other parameters. */
export function linkTo(url: URL, parameters: Readonly<Record<string, string>>, relation: string): string {
  const target = new URL(url);
  for (const [name, value] of Object.entries(parameters)) target.searchParams.set(name, value);
  return `<${target.href}>; rel="${relation}"`;
}
