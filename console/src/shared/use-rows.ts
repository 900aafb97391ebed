import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";

interface PageOf<T> {
  items: T[];
  total: number;
}

export interface Rows<T> {
  /** Undefined before the first answer. */
  rows: T[] | undefined;
  total: number;
  onMore: (() => void) | undefined;
}

/** The pages of a list that have come so far as one list, and how to ask for the next. */
export function useRows<T>(query: UseInfiniteQueryResult<InfiniteData<PageOf<T>>>): Rows<T> {
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const rows = useMemo(() => data?.pages.flatMap((page) => page.items), [data]);
  const more = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [isFetchingNextPage, fetchNextPage]);
  return { rows, total: data?.pages[0]?.total ?? 0, onMore: hasNextPage ? more : undefined };
}
