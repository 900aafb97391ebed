import { useMediaQuery } from "@mantine/hooks";

/** Whether the window is too narrow for tables (under 768 px). */
export function useNarrow(): boolean {
  return useMediaQuery("(max-width: 767.98px)", false, { getInitialValueInEffect: false });
}
