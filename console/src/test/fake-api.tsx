import { createMemoryHistory } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import { vi } from "vitest";
import { Console, makeQueryClient } from "@/app/console";
import { makeRouter } from "@/app/router";
import { plantMap, summary } from "./samples";

/** Answer of one address: a body, or a function of the request. */
type Reply = unknown | ((request: Request) => Response | Promise<Response>);

/** A page of a list with these rows. */
export function pageOf(...items: unknown[]) {
  return { items, next: null, total: items.length };
}

/** An error as the API gives it. */
export function problem(status: number, detail: string): Response {
  return Response.json({ title: "Problem", status, detail }, { status });
}

/** What every page asks for, unless a test says otherwise. */
const USUAL: Record<string, Reply> = {
  "/summary": summary(),
  "/devices": pageOf(),
  "/devices/facets": {
    type: [],
    vendor: [],
    purdue_level: [],
    protocol: [],
    role: [],
    site: [],
    zone: [],
    kind: [],
  },
  "/alerts": pageOf(),
  "/findings": pageOf(),
  "/connections": pageOf(),
  "/activities": pageOf(),
  "/values": pageOf(),
  "/protocols": { items: [] },
  "/unknown": { items: [] },
  "/map": plantMap(),
};

/**
 * The whole console at an address, talking to an API made of fixed answers.
 *
 * @param address Path and query.
 * @param replies By path below /api/v1; they go before the usual ones.
 */
export function renderConsole(address: string, replies: Record<string, Reply> = {}) {
  const requests: Request[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    const request = input as Request;
    requests.push(request.clone());
    const path = new URL(request.url).pathname.replace("/api/v1", "");
    const reply = { ...USUAL, ...replies }[path];
    if (reply === undefined) return problem(404, `No ${path}.`);
    return typeof reply === "function" ? reply(request) : Response.json(reply);
  });
  const history = createMemoryHistory({ initialEntries: [address] });
  const router = makeRouter(history);
  const view = render(<Console router={router} queryClient={makeQueryClient()} />);
  return { ...view, router, requests };
}
