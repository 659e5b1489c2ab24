/** An answer that is not a success: status and GitHub's error body. Thrown by handlers, turned into JSON once. */
export class Problem extends Error {
  readonly status: number;
  readonly errors: readonly unknown[] | null;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    more: { errors?: readonly unknown[]; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.status = status;
    this.errors = more.errors ?? null;
    this.headers = more.headers ?? {};
  }
}

export const notFound = (): Problem => new Problem(404, "Not Found");

/** GitHub's 422 for one bad field of a resource. */
export function invalid(resource: string, field: string, code: string, message?: string): Problem {
  const error = message === undefined ? { resource, code, field } : { resource, code, field, message };
  return new Problem(422, "Validation Failed", { errors: [error] });
}

/** The value, or 404. */
export function found<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw notFound();
  return value;
}
