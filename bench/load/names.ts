/** What the tables call those that are measured beside the App. */
export const names = {
  disk: "a write on the disk",
  bare: "bare Probot",
  hasty: "Probot with one hasty INSERT",
  storing: "Probot with one INSERT",
} as const;
