/** Inputs and outputs of each action: the one list that the code reads by; a test holds it against every action.yml. */
const common = {
  ticket: { required: true, default: null },
  nonce: { required: true, default: null },
  jwks: { required: true, default: null },
  token: { required: false, default: "${{ github.token }}" },
} as const;

export const actionIo = {
  retrain: { inputs: common, outputs: [] },
  evaluate: { inputs: { ...common, shard: { required: false, default: "" } }, outputs: [] },
  promote: {
    inputs: { ...common, environment: { required: true, default: null } },
    outputs: ["model", "version", "digest", "environment"],
  },
  report: {
    inputs: {
      report: { required: true, default: null },
      "fail-on": { required: false, default: "fail" },
      comment: { required: false, default: "true" },
      key: { required: false, default: "${{ github.workflow }}" },
      token: { required: false, default: "${{ github.token }}" },
    },
    outputs: ["verdict", "exit-code", "comment-id"],
  },
} as const;

export type ActionName = keyof typeof actionIo;
/** The actions that the App starts with a ticket; `report` works without the App. */
export type StageAction = Exclude<ActionName, "report">;
