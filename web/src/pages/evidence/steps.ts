/** The bridge from the meter to the bill to the payment, as steps with a start and an end. Pure. */
import type { ReconcileLine } from "../../api/types";
import { add } from "../../format/decimal";

export type Step = { id: string; label: string; amount: string; from: string; to: string; kind: "side" | "cause" | "unexplained" };

export const CAUSE_WORDS: Record<string, string> = {
  dark_usage: "Dark usage: billed, in no telemetry",
  tax: "Tax beside the net bill",
  credits: "Credits bought ahead, less what was used of them",
  timing: "Another month's bill",
  rounding: "Cents",
};

export function stepsOf(line: ReconcileLine): Step[] {
  const steps: Step[] = [];
  const side = (id: string, label: string, amount: string) => steps.push({ id, label, amount, from: "0", to: amount, kind: "side" });
  const moves = (start: string, prefix: string, causes: Record<string, string>, unexplained: string | null) => {
    let at = start;
    for (const [name, amount] of [...Object.entries(causes), ...(unexplained !== null && Number(unexplained) !== 0 ? [["unexplained", unexplained] as const] : [])]) {
      const to = add(at, amount);
      steps.push({ id: `${prefix}-${name}`, label: CAUSE_WORDS[name] ?? (name === "unexplained" ? "Not explained" : name), amount, from: at, to, kind: name === "unexplained" ? "unexplained" : "cause" });
      at = to;
    }
  };
  if (line.metered != null) side("metered", "Metered at contract price", line.metered);
  if (line.billed != null) {
    if (line.metered != null) moves(line.metered, "bill", line.causes, line.unexplained ?? null);
    side("billed", line.billed_by === "payment" ? "Paid" : "Billed", line.billed);
  }
  if (line.other_billed != null) side("other", line.billed == null ? "Billed, without a meter" : "Also billed, without a meter", line.other_billed);
  if (line.payment != null) {
    if (line.payment.difference != null) {
      const whole = line.billed != null && line.other_billed != null ? add(line.billed, line.other_billed) : (line.billed ?? line.other_billed ?? "0");
      if (line.billed != null && line.other_billed != null) side("whole", "The whole bill", whole);
      moves(whole, "paid", line.payment.causes, line.payment.unexplained ?? null);
    }
    side("paid", "Paid", line.payment.paid);
  }
  return steps;
}
