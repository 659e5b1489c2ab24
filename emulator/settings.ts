/** The one place of the emulator that reads the environment: where programs such as git are found. */
export const programPath = (): string => process.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin";
