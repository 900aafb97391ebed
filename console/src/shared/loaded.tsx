import type { ReactNode } from "react";
import { Failed, RowsLoading } from "./states";

export interface LoadedProps<T> {
  query: { data: T | undefined; error: Error | null; refetch: () => unknown };
  /** Shown before the first answer. */
  loading?: ReactNode;
  children: (data: T) => ReactNode;
}

/** The answer of a query, or its loading or failed state. */
export function Loaded<T>({ query, loading = <RowsLoading />, children }: LoadedProps<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  return loading;
}
