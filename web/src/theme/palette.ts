/** One colour per category, everywhere, and the surfaces they lie on. Contrast is held by tests/palette.test.ts. */
import type { Evidence } from "../api/types";

export type Scheme = "light" | "dark";

export const CATEGORY_ORDER = [
  "infrastructure",
  "product_inference",
  "internal_tools",
  "agents",
  "data_preparation",
  "evaluation",
  "overlap",
  "human_review",
  "unclassified",
] as const;

export type CategoryId = (typeof CATEGORY_ORDER)[number];

/** `solid` carries white text in light and stands on the card in dark; `band` carries white text in both. */
const CATEGORY: Record<CategoryId, { light: string; dark: string; band: string }> = {
  infrastructure: { light: "#3556c4", dark: "#7f9bff", band: "#3451b5" },
  product_inference: { light: "#0b7a5d", dark: "#45c79d", band: "#0c6c54" },
  internal_tools: { light: "#a85a08", dark: "#f0a548", band: "#93500b" },
  agents: { light: "#b02a6b", dark: "#f07bb0", band: "#99285f" },
  data_preparation: { light: "#0b7391", dark: "#4fc3e0", band: "#0d657f" },
  evaluation: { light: "#6f45bd", dark: "#b497f5", band: "#6440a8" },
  overlap: { light: "#a83a32", dark: "#f08d80", band: "#93362f" },
  human_review: { light: "#5d6b1c", dark: "#b3c45a", band: "#535f1c" },
  unclassified: { light: "#5f6875", dark: "#98a2b0", band: "#535b67" },
};

export type Surface = {
  page: string;
  card: string;
  sunken: string;
  line: string;
  lineStrong: string;
  text: string;
  dimmed: string;
  accent: string;
  accentSoft: string;
  onAccent: string;
  up: string;
  down: string;
  warn: string;
  warnSoft: string;
};

export const SURFACE: Record<Scheme, Surface> = {
  light: {
    page: "#f4f5f7",
    card: "#ffffff",
    sunken: "#f0f2f5",
    line: "#e2e5ea",
    lineStrong: "#c8ced6",
    text: "#151b26",
    dimmed: "#566070",
    accent: "#2547b3",
    accentSoft: "#e9eefc",
    onAccent: "#ffffff",
    up: "#a3312a",
    down: "#13704d",
    warn: "#8a4b00",
    warnSoft: "#fdf3e3",
  },
  dark: {
    page: "#0d1117",
    card: "#151b24",
    sunken: "#1c2430",
    line: "#28313f",
    lineStrong: "#3c4859",
    text: "#e8ecf2",
    dimmed: "#9ca7b6",
    accent: "#93b0ff",
    accentSoft: "#1d2a4a",
    onAccent: "#0d1117",
    up: "#ff9d92",
    down: "#5fd3a4",
    warn: "#f5bd6b",
    warnSoft: "#2d2414",
  },
};

/** Best evidence darkest; the last two are drawn hatched wherever they appear, so colour is never alone. */
export const EVIDENCE_COLOUR: Record<Scheme, Record<Evidence | "", string>> = {
  light: { invoiced: "#1d3557", metered: "#3b6ea8", contracted: "#6b8fbb", estimated: "#b8741a", declared: "#8a6f9e", "": "#7f8996" },
  dark: { invoiced: "#cfe0f7", metered: "#86b0e2", contracted: "#567fae", estimated: "#e5a85a", declared: "#b79bcf", "": "#7d8794" },
};

/** Grades that are somebody's judgement, not a document or a meter. */
export const HATCHED: ReadonlySet<string> = new Set(["estimated", "declared", ""]);

/** The category's colour for bars, lines and dots; unknown ids are drawn as unclassified. */
export function categoryColour(id: string | null, scheme: Scheme): string {
  return CATEGORY[known(id)][scheme];
}

/** A header band that carries white text. */
export function categoryBand(id: string | null): string {
  return CATEGORY[known(id)].band;
}

/** A tile's fill: the category's colour, thinned by the card's, so that the card's text colour reads on it. */
export function categoryTint(id: string | null, scheme: Scheme, strength = scheme === "light" ? 0.24 : 0.34): string {
  return mix(categoryColour(id, scheme), SURFACE[scheme].card, strength);
}

/** `strength` of `colour` over `ground`, both #rrggbb. */
export function mix(colour: string, ground: string, strength: number): string {
  const [a, b] = [rgb(colour), rgb(ground)];
  return `#${a.map((channel, i) => Math.round(channel * strength + (b[i] ?? 0) * (1 - strength)).toString(16).padStart(2, "0")).join("")}`;
}

/** WCAG 2 contrast ratio of two #rrggbb colours, 1 to 21. */
export function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: string): number {
  const [r, g, b] = rgb(colour).map((channel) => {
    const c = channel / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function rgb(colour: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}

function known(id: string | null): CategoryId {
  return CATEGORY_ORDER.find((each) => each === id) ?? "unclassified";
}

/** The palette as CSS custom properties, for the style sheets. */
export function cssVariables(scheme: Scheme): Record<string, string> {
  const surface = SURFACE[scheme];
  const names = Object.entries(surface).map(([name, value]) => [`--sm-${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`, value]);
  const categories = CATEGORY_ORDER.map((id) => [`--cat-${id}`, categoryColour(id, scheme)]);
  const evidence = Object.entries(EVIDENCE_COLOUR[scheme]).map(([grade, value]) => [`--evidence-${grade || "unknown"}`, value]);
  return Object.fromEntries([...names, ...categories, ...evidence]) as Record<string, string>;
}
