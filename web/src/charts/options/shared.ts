/** What every picture shares: fonts, tooltips, escaping. */
import { SURFACE, type Scheme } from "../../theme/palette";

export const FONT = '"Inter Variable", system-ui, sans-serif';

/** The text a tooltip is made of is HTML to ECharts; names come from files and are never trusted. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

export function tooltip(scheme: Scheme): Record<string, unknown> {
  const surface = SURFACE[scheme];
  return {
    backgroundColor: surface.card,
    borderColor: surface.lineStrong,
    borderWidth: 1,
    padding: [8, 10],
    textStyle: { color: surface.text, fontFamily: FONT, fontSize: 12 },
    extraCssText: "box-shadow: 0 4px 16px rgb(0 0 0 / 0.16); border-radius: 6px; font-variant-numeric: tabular-nums;",
    confine: true,
    transitionDuration: 0,
  };
}

/** One line of a tooltip: a name on the left, a figure on the right. */
export function tipLine(name: string, figure: string, colour?: string): string {
  const dot = colour ? `<span style="display:inline-block;width:8px;height:8px;border-radius:2px;background:${colour};margin-right:6px"></span>` : "";
  return `<div style="display:flex;justify-content:space-between;gap:18px"><span>${dot}${escapeHtml(name)}</span><b style="font-weight:600">${escapeHtml(figure)}</b></div>`;
}
