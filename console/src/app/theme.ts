import { createTheme, DrawerRoot, ModalRoot, Tooltip } from "@mantine/core";

/**
 * The component kit's theme. Colours come from `tokens.css`; scroll locking and responsive
 * style props stay off because they inject style elements, which the content security policy forbids.
 */
export const theme = createTheme({
  primaryColor: "teal",
  fontFamily: "var(--font-ui)",
  fontFamilyMonospace: "var(--font-data)",
  defaultRadius: 5,
  respectReducedMotion: true,
  components: {
    ModalRoot: ModalRoot.extend({ defaultProps: { lockScroll: false } }),
    DrawerRoot: DrawerRoot.extend({ defaultProps: { lockScroll: false } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 300, withArrow: true } }),
  },
});
