import createClient from "openapi-fetch";
import { ApiProblem, toProblem } from "./problem";
import type { paths } from "./schema";
import { reportSignedOut } from "./session";

/** The HTTP API, typed by its contract; the session travels in a cookie. */
export const client = createClient<paths>({
  baseUrl: window.location.origin,
  credentials: "same-origin",
  // Looked up at each call, so that tests can put a fake in its place.
  fetch: (request) => globalThis.fetch(request),
  // A repeated key is how the API takes several values.
  querySerializer: { array: { style: "form", explode: true } },
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/**
 * The JSON body of a successful answer; the lists' other form, CSV text, is for links only.
 *
 * @throws ApiProblem for every other answer, and for none at all.
 */
export async function unwrap<T>(call: Promise<Answer<T>>): Promise<Exclude<T, string>> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new ApiProblem(0, "The server does not answer. Is the program still running?");
  }
  const { data, response } = answer;
  if (response.ok && data !== undefined && typeof data !== "string") return data as Exclude<T, string>;
  const problem = toProblem(response.status, answer.error);
  if (problem.isSignedOut) reportSignedOut();
  throw problem;
}
