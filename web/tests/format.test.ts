import { describe, expect, it } from "vitest";

import { add, compareDecimals, decimalText, difference, isZero, parseDecimal, ratio, rescale, subtract } from "../src/format/decimal";
import { columnMoney, compactMoney, exactMoney, signedMoney } from "../src/format/money";
import { compactCount, counted } from "../src/format/count";
import { instant, monthAdd, monthsOf, periodLabel, step } from "../src/format/period";
import { change, percent } from "../src/format/share";

const plain = (text: string | null) => text?.replaceAll("\u202f", " ").replaceAll("\u2212", "-") ?? null;

describe("decimal text", () => {
  it("keeps digits a float would lose", () => {
    // 2^53 + 1 cents and a twelfth decimal: neither survives a double.
    expect(add("90071992547409.93", "0.000000000001")).toBe("90071992547409.930000000001");
    expect(subtract("0.3", "0.1")).toBe("0.2");
  });
  it("reads signs, exponents and bare fractions", () => {
    expect(decimalText(parseDecimal("-1.50"))).toBe("-1.5");
    expect(decimalText(parseDecimal("1E-7"))).toBe("0.0000001");
    expect(decimalText(parseDecimal("2E+3"))).toBe("2000");
    expect(decimalText(parseDecimal(".5"), 2)).toBe("0.50");
    expect(() => parseDecimal("NaN")).toThrow(RangeError);
    expect(() => parseDecimal("")).toThrow(RangeError);
  });
  it("rounds ties to even, also below zero", () => {
    expect(decimalText(rescale(parseDecimal("0.125"), 2), 2)).toBe("0.12");
    expect(decimalText(rescale(parseDecimal("0.135"), 2), 2)).toBe("0.14");
    expect(decimalText(rescale(parseDecimal("-0.125"), 2), 2)).toBe("-0.12");
  });
  it("divides to six places and refuses to divide by nothing", () => {
    expect(ratio("1", "3")).toBe("0.333333");
    expect(ratio("-2", "3")).toBe("-0.666667");
    expect(ratio("1", "0.00")).toBeNull();
  });
  it("orders by value, not by text", () => {
    expect(["10", "9.5", "-3"].sort(compareDecimals)).toEqual(["-3", "9.5", "10"]);
  });
});

describe("money", () => {
  it("is compact with three digits, and says cents below a thousand", () => {
    expect(plain(compactMoney("1240332.18", "USD"))).toBe("$1.24 M");
    expect(plain(compactMoney("83249.99", "USD"))).toBe("$83.2 k");
    expect(plain(compactMoney("412.0699", "USD"))).toBe("$412.07");
    expect(plain(compactMoney("999.994", "USD"))).toBe("$999.99");
  });
  it("moves up a unit when rounding fills the one below", () => {
    expect(plain(compactMoney("999.996", "USD"))).toBe("$1.00 k");
    expect(plain(compactMoney("999950", "USD"))).toBe("$1.00 M");
  });
  it("never prints a small amount as nothing, nor nothing as small", () => {
    expect(plain(compactMoney("0.0004", "USD"))).toBe("<$0.01");
    expect(plain(compactMoney("-0.0004", "USD"))).toBe("-<$0.01");
    expect(plain(compactMoney("0", "USD"))).toBe("$0.00");
  });
  it("says of an unknown sum that it is unknown, and never that it is nothing", () => {
    for (const write of [compactMoney, columnMoney, exactMoney, signedMoney]) expect(write(null, "USD")).toBe("unknown");
    expect([isZero(null), isZero("0.00"), isZero("0.01")]).toEqual([false, true, false]);
    expect([ratio(null, "3"), ratio("1", null), difference("1", null), difference("1", "3")]).toEqual([null, null, null, "-2"]);
  });
  it("groups thousands in columns and keeps every digit when exact", () => {
    expect(columnMoney("1240332.185", "USD")).toBe("$1,240,332.18");
    expect(plain(exactMoney("1240332.184512", "USD"))).toBe("$1,240,332.184512 USD");
    expect(plain(exactMoney("-5", "CHF"))).toBe("-CHF 5.00");
  });
  it("signs a change", () => {
    expect(plain(signedMoney("1200", "EUR"))).toBe("+€1.20 k");
    expect(plain(signedMoney("-1200", "EUR"))).toBe("-€1.20 k");
    expect(plain(signedMoney("0", "EUR"))).toBe("€0.00");
  });
});

describe("shares and changes", () => {
  it("never rounds a part up to the whole or down to nothing", () => {
    expect(plain(percent("0.9996", 0))).toBe(">99 %");
    expect(plain(percent("1", 0))).toBe("100 %");
    expect(plain(percent("0.0004", 0))).toBe("<1 %");
    expect(plain(percent("0", 0))).toBe("0 %");
    expect(plain(percent("0.873421"))).toBe("87.3 %");
    expect(percent(null)).toBe("n/a");
  });
  it("compares with a period, and with none when there was nothing", () => {
    expect(plain(change("107.2", "100"))).toBe("+7.2 %");
    expect(plain(change("50", "100"))).toBe("-50.0 %");
    expect(plain(change("100", "100"))).toBe("0.0 %");
    expect(change("5", "0")).toBeNull();
    expect(change("5", null)).toBeNull();
  });
});

describe("counts", () => {
  it("writes one and many", () => {
    expect(counted(1, "row")).toBe("1 row");
    expect(counted(1204, "row")).toBe("1,204 rows");
    expect(plain(compactCount(12_404_118))).toBe("12.4 M");
    expect(compactCount(null)).toBe("–");
  });
});

describe("periods", () => {
  it("are named and stepped by their own kind", () => {
    expect(periodLabel("2026-10")).toBe("October 2026");
    expect(periodLabel("2026-Q3")).toBe("Q3 2026");
    expect(step("2026-01", -1)).toBe("2025-12");
    expect(step("2026-Q4", 1)).toBe("2027-Q1");
    expect(step("2026", -1)).toBe("2025");
    expect(step("all", 1)).toBeNull();
    expect(monthAdd("2026-01", -13)).toBe("2024-12");
    expect(monthsOf("2026-Q4", [])).toEqual(["2026-10", "2026-11", "2026-12"]);
    expect(monthsOf("all", ["2026-01", "2026-03"])).toEqual(["2026-01", "2026-03"]);
  });
  it("print an instant in UTC", () => {
    expect(instant("2026-11-21T06:12:44Z")).toBe("21 Nov 2026, 06:12 UTC");
    expect(instant(null)).toBe("never");
  });
});
