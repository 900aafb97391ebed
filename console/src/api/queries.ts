import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "./client";

/** The plant at a glance; the frame of every page reads it too. */
export const summaryQuery = queryOptions({
  queryKey: ["summary"],
  queryFn: ({ signal }) => unwrap(client.GET("/api/v1/summary", { signal })),
});

interface PageOf<T> {
  items: T[];
  next: string | null;
  total: number;
}

/** Rows asked for at once: more than any window shows. */
export const PAGE_ROWS = 200;

/**
 * A list that is fetched page by page.
 *
 * @param key What the rows are and how they are filtered.
 * @param load Fetches the page after `cursor`; undefined is the first.
 */
export function listQuery<T>(
  key: readonly unknown[],
  load: (cursor: string | undefined, signal: AbortSignal) => Promise<PageOf<T>>,
) {
  return infiniteQueryOptions({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => load(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: PageOf<T>) => last.next ?? undefined,
    placeholderData: keepPreviousData,
  });
}
