import { commandSyntax } from "../core/command/parse.ts";
import type { Reply } from "../core/plan/effect.ts";
import { type Block, code, heading, joined, left, list, paragraph, type Text, table } from "./document.ts";
import { clip } from "./escape.ts";
import { writeMarkdown } from "./markdown-writer.ts";
import { faultList } from "./sections/failure.ts";

/** The answer to a command that was refused, or to /help. */
export function renderReply(reply: Reply): string {
  return writeMarkdown(reply.kind === "help" ? help(reply) : refused(reply));
}

function refused(reply: Extract<Reply, { kind: "refused" }>): readonly Block[] {
  return [
    paragraph("Nothing was run for ", code(clip(reply.command, 200)), ":"),
    ...faultList(reply.faults.slice(0, 10)),
    paragraph(code("/help"), " lists the commands, the models and their parameters."),
  ];
}

const permissions = { read: "everybody who can comment", write: "people with write permission" } as const;

function help({ models, environments }: Extract<Reply, { kind: "help" }>): readonly Block[] {
  const commands = Object.values(commandSyntax).map(({ usage, does, who }): readonly Text[] => [
    [code(usage)],
    [does],
    [permissions[who]],
  ]);
  const names = environments.slice(0, 50).map((name): Text => [code(clip(name, 60))]);
  return [
    heading(3, "Commands"),
    table([left("command"), left("does"), left("who may")], commands),
    paragraph(
      "A command is a line of its own in a comment, outside of code and quotes; at most five per comment. For example ",
      code(example(models)),
      ".",
    ),
    ...modelList(models),
    ...(names.length === 0 ? [] : [paragraph("Environments: ", ...joined(names, ", "), ".")]),
  ];
}

type Models = Extract<Reply, { kind: "help" }>["models"];

function example(models: Models): string {
  const model = models.find(({ params }) => params.length > 0) ?? models[0];
  const param = model?.params[0];
  return [
    "/retrain",
    ...(model === undefined ? [] : [clip(model.name, 60)]),
    ...(param === undefined ? [] : [`${clip(param, 60)}=…`]),
  ].join(" ");
}

function modelList(models: Models): readonly Block[] {
  if (models.length === 0) return [];
  const items = models.slice(0, 100).map(
    ({ name, params }): Text => [
      code(clip(name, 60)),
      ...(params.length === 0
        ? [": no parameters"]
        : [
            ": ",
            ...joined(
              params.slice(0, 50).map((param) => [code(clip(param, 64))]),
              ", ",
            ),
          ]),
    ],
  );
  return [paragraph("Models and their parameters:"), list(...items)];
}
