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
} as const;

export type ActionName = keyof typeof actionIo;
