import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { ApiProblem } from "@/api/problem";
import type { makeRouter } from "./router";
import { theme } from "./theme";

/** Requests fail for good on an answer; only silence is tried again, twice. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        refetchOnWindowFocus: true,
        retry: (failures, error) => failures < 2 && error instanceof ApiProblem && error.status === 0,
      },
    },
  });
}

export interface ConsoleProps {
  router: ReturnType<typeof makeRouter>;
  queryClient: QueryClient;
}

/** The whole application. Variables and classes of the kit come from style sheets: nothing is injected. */
export function Console({ router, queryClient }: ConsoleProps) {
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
