import { describe, expect, it } from "vitest";

import { CATEGORY_ORDER, EVIDENCE_COLOUR, SURFACE, categoryBand, categoryColour, categoryTint, contrast, mix, type Scheme } from "../src/theme/palette";

const SCHEMES: Scheme[] = ["light", "dark"];
const TEXT = 4.5; // WCAG 2.2 AA, text
const SHAPE = 3; // WCAG 2.2 AA, shapes that carry meaning

describe("contrast", () => {
  it("is WCAG's ratio", () => {
    expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
    expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
    expect(mix("#ff0000", "#0000ff", 0.5)).toBe("#800080");
  });
});

describe.each(SCHEMES)("the %s palette", (scheme) => {
  const surface = SURFACE[scheme];
  it("writes readable text, dimmed text included, on every ground", () => {
    for (const ground of [surface.page, surface.card, surface.sunken]) {
      for (const text of [surface.text, surface.dimmed, surface.accent]) expect(contrast(text, ground), `${text} on ${ground}`).toBeGreaterThanOrEqual(TEXT);
    }
    for (const [text, ground] of [[surface.up, surface.card], [surface.down, surface.card], [surface.warn, surface.card], [surface.text, surface.warnSoft], [surface.text, surface.accentSoft], [surface.dimmed, surface.accentSoft], [surface.onAccent, surface.accent]] as const) {
      expect(contrast(text, ground), `${text} on ${ground}`).toBeGreaterThanOrEqual(TEXT);
    }
  });
  it("has a colour of its own for every category, visible on the card", () => {
    const colours = CATEGORY_ORDER.map((id) => categoryColour(id, scheme));
    expect(new Set(colours).size).toBe(CATEGORY_ORDER.length);
    for (const colour of colours) expect(contrast(colour, surface.card), colour).toBeGreaterThanOrEqual(SHAPE);
  });
  it("writes white on a category's band and text on its tiles, however strong the tint", () => {
    for (const id of CATEGORY_ORDER) {
      expect(contrast("#ffffff", categoryBand(id)), id).toBeGreaterThanOrEqual(TEXT);
      for (const strength of [0.16, 0.24, 0.34, scheme === "light" ? 0.34 : 0.46]) expect(contrast(surface.text, categoryTint(id, scheme, strength)), `${id} ${strength}`).toBeGreaterThanOrEqual(TEXT);
    }
  });
  it("tells evidence grades apart from the card", () => {
    for (const colour of Object.values(EVIDENCE_COLOUR[scheme])) expect(contrast(colour, surface.card), colour).toBeGreaterThanOrEqual(SHAPE);
  });
  it("draws an unknown category as unclassified", () => {
    expect(categoryColour("something new", scheme)).toBe(categoryColour("unclassified", scheme));
    expect(categoryColour(null, scheme)).toBe(categoryColour("unclassified", scheme));
  });
});
