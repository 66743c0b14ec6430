import { describe, expect, it } from "vitest";

import { waterfallBars, waterfallFloor } from "../src/charts/options/waterfall";
import { lacks } from "../src/pages/findings/DecideForm";
import { askedOf, countOf, standing } from "../src/pages/findings/words";
import { partFigure } from "../src/pages/overview/Headline";
import { unitMoney } from "../src/format/unit";
import { NOTHING, factorWords, readChanges, writeChanges } from "../src/pages/scenarios/changes";
import { ownPairs, withOwn } from "../src/state/own";

describe("the waterfall", () => {
  const bars = waterfallBars({ id: "a", label: "Sep", amount: "100" }, [{ id: "up", label: "Volume", amount: "30.5" }, { id: "down", label: "Price", amount: "-10.25" }], { id: "b", label: "Oct", amount: "120.25" });
  it("starts each step where the one before ended and ends at the total, exactly", () => {
    expect(bars.map(({ from, to }) => [from, to])).toEqual([["0", "100"], ["100", "130.5"], ["130.5", "120.25"], ["0", "120.25"]]);
  });
  it("starts the axis at zero unless the steps would be slivers", () => {
    const wide = waterfallBars({ id: "a", label: "", amount: "100" }, [{ id: "up", label: "", amount: "60" }], { id: "b", label: "", amount: "160" });
    expect(waterfallFloor(wide)).toBe(0);
    const slivers = waterfallBars({ id: "a", label: "", amount: "1000000" }, [{ id: "s", label: "", amount: "1000" }], { id: "b", label: "", amount: "1001000" });
    expect(waterfallFloor(slivers)).toBeGreaterThan(900_000);
    expect(waterfallFloor(slivers)).toBeLessThan(1_000_000);
  });
});

describe("a scenario's changes", () => {
  it("come back from the address, whatever stands in it", () => {
    const texts = ["usage:2", "price:openai:1.2", "price:anthropic/claude-x:0.8", "swap:gpt-4.1=gpt-5-mini", "quality:worse", "retries:+0.10", "rejection:0.1:0.3", "review:1.5"];
    expect(writeChanges(readChanges(texts)).sort()).toEqual([...texts].sort());
    expect(readChanges(["nonsense:1"]).others).toEqual(["nonsense:1"]); // the server says what is wrong with it
  });
  it("that change nothing are no changes", () => {
    expect(writeChanges(readChanges(["usage:1", "price:openai:1", "review:1.0"]))).toEqual([]);
    expect(writeChanges(NOTHING)).toEqual([]);
  });
  it("are said in words", () => {
    expect([factorWords("1"), factorWords("2"), factorWords("0.8"), factorWords("1.2")].map((words) => words.replace("\u202f", " "))).toEqual(["as today", "2 times today's", "20 % less", "20 % more"]);
  });
});

describe("a decision", () => {
  const draft = { reason: "", until: "", owner: "" };
  it("says what it lacks before it is sent", () => {
    expect(Object.keys(lacks({ ...draft, verb: "accept" }, "2026-11-22"))).toEqual(["reason", "until"]);
    expect(Object.keys(lacks({ ...draft, verb: "assign" }, "2026-11-22"))).toEqual(["owner"]);
    expect(lacks({ ...draft, verb: "done" }, "2026-11-22")).toEqual({});
    expect(lacks({ verb: "accept", reason: "x", until: "2026-11-22", owner: "" }, "2026-11-22").until).toBe("Name a later day.");
  });
});

describe("where a finding stands", () => {
  const open = { state: "open", owner: "Ada", until: null, decided_by: null, reason: null, returned: null };
  it("is told with who decided, until when and why", () => {
    expect(standing({ ...open, state: "accepted", until: "2099-03-01", decided_by: "olu", reason: "locked in" })).toEqual({ state: "Accepted", more: "until 1 Mar 2099 by olu: locked in" });
    expect(standing({ ...open, state: "assigned", decided_by: "olu" })).toEqual({ state: "Assigned", more: "to Ada by olu" });
    expect(standing({ ...open, state: "done", decided_by: "olu" })).toEqual({ state: "Done", more: "by olu" });
  });
  it("is open, with why it came back", () => {
    expect(standing(open)).toEqual({ state: "Open", more: "" });
    expect(standing({ ...open, returned: "came back: its day has come" })).toEqual({ state: "Open", more: "it came back: its day has come" });
  });
});

describe("the list of findings", () => {
  const asked = (address: string) => askedOf((name) => new URLSearchParams(address).get(name));
  it("asks for what is to do, most money first, unless the address says otherwise", () => {
    expect(asked("")).toEqual({ state: ["open", "assigned"], q: "", sort: "-money", page: 1 });
    expect(asked("state=all&kind=security&page=3&sort=due")).toMatchObject({ state: [], kind: ["security"], page: 3, sort: "due" });
  });
  it("tells nobody from anybody, and takes no page that is none", () => {
    expect(asked("owner=").owner).toBe("");
    expect(asked("page=soon").page).toBe(1);
  });
  it("counts the values asked for, and nobody is no value", () => {
    expect(countOf([{ value: "open", count: 3 }, { value: "assigned", count: 2 }, { value: null, count: 9 }], ["open", "assigned"])).toBe(5);
  });
});

describe("a page's own parameters", () => {
  it("are those the shared state does not own", () => {
    expect(ownPairs("?period=2026-10&set=usage:2&set=review:2&where=vendor:aws")).toEqual([["set", "usage:2"], ["set", "review:2"]]);
    expect(withOwn([["set", "usage:2"], ["by", "owner"]], { set: ["review:2"], by: null })).toEqual([["set", "review:2"]]);
  });
});

describe("small figures", () => {
  it("keep three digits that count below one, and cents from one on", () => {
    expect(unitMoney("0.091140828317", "USD")).toBe("$0.0911");
    expect(unitMoney("0.120199987302", "USD")).toBe("$0.120");
    expect(unitMoney("-0.5", "USD")).toBe("\u2212$0.500");
    expect(unitMoney("12.345", "USD")).toBe("$12.34");
    expect(unitMoney("0.00000001", "USD")).toBe("$0.0000000100");
    expect(unitMoney("0", "USD")).toBe("$0.00");
  });
  it("link to an explanation only where one condition lists the same rows", () => {
    const part = (id: "billed" | "estimated" | "labour", by_evidence: Record<string, string>) => ({ id, label: "", about: "", cost: "1", previous_cost: null, by_evidence });
    expect(partFigure("billed", [part("labour", { declared: "1" })])?.figure).toBe("evidence");
    expect(partFigure("billed", [part("labour", { invoiced: "1" })])).toBeNull();
    expect(partFigure("estimated", [])).toBeNull();
  });
});
