/** Mantine's theme: our surfaces, one font with tabular numerals, dimmed text that stays readable. */
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

import { SURFACE, cssVariables, type Scheme } from "./palette";

const INK: MantineColorsTuple = [
  "#e9eefc", "#d0dbf8", "#a9bdf2", "#7f9bea", "#5a7de2", "#3f66d6", "#2f55c6", "#2547b3", "#1e3b98", "#172f7c",
];

/** Mantine's dark greys, in the hue of our dark surfaces: lightest text first, page ground last. */
const NIGHT: MantineColorsTuple = ["#e8ecf2", "#c5cdd8", "#9ca7b6", "#74808f", "#3c4859", "#303b4a", "#1c2430", "#151b24", "#11161e", "#0d1117"];

export const theme = createTheme({
  primaryColor: "ink",
  primaryShade: { light: 7, dark: 5 },
  colors: { ink: INK, dark: NIGHT },
  fontFamily: '"Inter Variable", system-ui, -apple-system, "Segoe UI", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace',
  defaultRadius: 6,
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.25rem" },
  focusRing: "auto",
  respectReducedMotion: true,
  autoContrast: true,
});

export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: variables("light"),
  dark: variables("dark"),
});

function variables(scheme: Scheme): Record<string, string> {
  const surface = SURFACE[scheme];
  return {
    ...cssVariables(scheme),
    "--mantine-color-body": surface.card,
    "--mantine-color-text": surface.text,
    "--mantine-color-dimmed": surface.dimmed,
    "--mantine-color-placeholder": surface.dimmed,
    "--mantine-color-default": surface.card,
    "--mantine-color-default-hover": surface.sunken,
    "--mantine-color-default-border": surface.lineStrong,
    "--mantine-color-default-color": surface.text,
    "--mantine-color-anchor": surface.accent,
  };
}
