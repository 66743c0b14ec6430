import { describe, expect, it } from "vitest";

import { compareOptions } from "../src/shell/compare";
import { explainAddress, readExplainAddress } from "../src/state/explainAddress";
import { explained, figures } from "../src/state/figures";
import { DEFAULT_VIEW, formatView, narrow, parseView, parseWhere, withoutValue, type View } from "../src/state/view";

describe("the state in the URL", () => {
  it("is empty when everything is at its default", () => {
    expect(formatView(DEFAULT_VIEW)).toBe("");
    expect(parseView("")).toEqual(DEFAULT_VIEW);
  });
  it("comes back from its own text", () => {
    const view: View = {
      period: "2026-Q3", compare: "2025-Q3", basis: "billed", currency: "EUR", where: { department: ["support", "sales"], model: ["ft:gpt-5:fernhill"], owner: [""] },
      picture: "flow", asTable: true, group: "model", economics: { per: "customer", layers: ["inference", "indirect"], sort: "margin", page: 2 }, explain: { figure: "category", where: { category: ["agents"] }, page: 3, sort: "vendor" },
    };
    expect(parseView(formatView(view))).toEqual(view);
  });
  it("is readable: conditions are plain repeated parameters", () => {
    expect(formatView({ ...DEFAULT_VIEW, period: "2026-10", where: { department: ["support", "sales"] } })).toBe("period=2026-10&where=department:support&where=department:sales");
  });
  it("keeps a value that holds separators", () => {
    const view = { ...DEFAULT_VIEW, where: { vendor_account: ["a&b=c #1: x"] } };
    expect(parseView(`?${formatView(view)}`)).toEqual(view);
  });
  it("ignores what it cannot use", () => {
    expect(parseView("?basis=guess&picture=pie&where=nonsense&where=:x&explain_page=-4")).toEqual(DEFAULT_VIEW);
    expect(parseView("?explain=total&explain_page=-4").explain?.page).toBe(1);
  });
});

describe("conditions", () => {
  it("of one dimension are alternatives, each once", () => {
    expect(parseWhere(["vendor:aws", "vendor:openai", "vendor:aws"])).toEqual({ vendor: ["aws", "openai"] });
  });
  it("narrow when drilling, and can be lifted one by one", () => {
    expect(narrow({ vendor: ["aws", "openai"], tool: ["x"] }, { vendor: ["aws"] })).toEqual({ vendor: ["aws"], tool: ["x"] });
    expect(withoutValue({ vendor: ["aws", "openai"] }, "vendor", "aws")).toEqual({ vendor: ["openai"] });
    expect(withoutValue({ vendor: ["aws"], tool: ["x"] }, "vendor", "aws")).toEqual({ tool: ["x"] });
  });
});

describe("figures", () => {
  it("of a group carry all its keys, unknown ones as empty", () => {
    expect(figures.row({ category: "agents", vendor: null })).toEqual({ figure: "vendor", where: { category: ["agents"], vendor: [""] } });
  });
  it("of the overlap lens are named, since no row has that category", () => {
    expect(figures.category("overlap")).toEqual({ figure: "overlap" });
    expect(figures.row({ category: "overlap", vendor: "otter" })).toEqual({ figure: "overlap", where: { vendor: ["otter"] } });
  });
  it("have an address of their own that reads back", () => {
    const view = { ...DEFAULT_VIEW, period: "2026-10", where: { department: ["support"] } };
    const asked = { ...explained(figures.category("agents")), page: 2, sort: "vendor" };
    const address = explainAddress(asked, view);
    expect(address).toBe("/explain?figure=category&period=2026-10&where=department:support&where=category:agents&page=2&sort=vendor");
    expect(readExplainAddress(address.slice(address.indexOf("?")))).toEqual({ ...asked, where: { department: ["support"], category: ["agents"] } });
  });
});

describe("comparison", () => {
  it("offers the year before only when it is captured", () => {
    expect(compareOptions("2026-10", ["2025-10", "2026-10"], "previous").map(({ value }) => value)).toEqual(["previous", "2025-10", "none"]);
    expect(compareOptions("2026-10", ["2026-10"], "previous").map(({ value }) => value)).toEqual(["previous", "none"]);
    expect(compareOptions("2026-Q4", ["2025-10"], "2024-Q1").map(({ value }) => value)).toEqual(["previous", "2025-Q4", "none", "2024-Q1"]);
  });
});
