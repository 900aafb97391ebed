/** An answer of the API that is not success, or no answer at all (status 0). */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";

  constructor(
    /** HTTP status, 0 when nothing answered. */
    readonly status: number,
    message: string,
  ) {
    super(message);
  }

  /** Whether the session is missing or over. */
  get isSignedOut(): boolean {
    return this.status === 401;
  }
}

/** Read a problem document (RFC 9457) or whatever else came instead. */
export function toProblem(status: number, body: unknown): ApiProblem {
  if (typeof body === "object" && body !== null) {
    const { detail, title } = body as { detail?: unknown; title?: unknown };
    if (typeof detail === "string" && detail !== "") return new ApiProblem(status, detail);
    if (typeof title === "string" && title !== "") return new ApiProblem(status, title);
  }
  return new ApiProblem(status, `HTTP ${status}`);
}
