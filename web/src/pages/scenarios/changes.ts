/** The changes of a scenario as controls hold them, and as the API and the address write them (`usage:2`). Pure. */

export type Changes = {
  usage: string;
  adoption: string;
  context: string;
  /** Factor by vendor, or by vendor/model. */
  prices: [string, string][];
  swaps: [string, string][];
  isWorse: boolean;
  retries: string;
  rejection: string;
  review: string;
  /** Texts no control stands for; kept, so that a link means what it says. */
  others: string[];
};

export const NOTHING: Changes = { usage: "1", adoption: "1", context: "1", prices: [], swaps: [], isWorse: false, retries: "", rejection: "", review: "1", others: [] };

const FACTOR = /^\d{1,4}(\.\d{1,6})?$/;

/** Read `set` texts; a later text of the same name wins, as on the command line. */
export function readChanges(texts: readonly string[]): Changes {
  const found: Changes = { ...NOTHING, prices: [], swaps: [], others: [] };
  for (const text of texts) {
    const swap = /^swap:([^=]+)=(.+)$/.exec(text);
    const price = /^price:(.+)[:=]([^:=]+)$/.exec(text);
    const plain = /^(usage|adoption|context|review|retries|rejection|quality)[:=](.+)$/.exec(text);
    if (swap?.[1] && swap[2]) found.swaps = [...found.swaps.filter(([from]) => from !== swap[1]), [swap[1], swap[2]]];
    else if (price?.[1] && price[2] && FACTOR.test(price[2])) found.prices = [...found.prices.filter(([of]) => of !== price[1]), [price[1], price[2]]];
    else if (plain?.[1] === "quality" && plain[2] === "worse") found.isWorse = true;
    else if ((plain?.[1] === "usage" || plain?.[1] === "adoption" || plain?.[1] === "context" || plain?.[1] === "review") && plain[2] && FACTOR.test(plain[2])) found[plain[1]] = plain[2];
    else if ((plain?.[1] === "retries" || plain?.[1] === "rejection") && plain[2]) found[plain[1]] = plain[2].trim();
    else found.others = [...found.others, text];
  }
  return found;
}

/** The texts the API takes; what changes nothing is left out, so that no change is an empty list. */
export function writeChanges(changes: Changes): string[] {
  const isMoved = (factor: string) => Number(factor) !== 1;
  return [
    ...(["usage", "adoption", "context"] as const).filter((name) => isMoved(changes[name])).map((name) => `${name}:${changes[name]}`),
    ...changes.prices.filter(([, factor]) => isMoved(factor)).map(([of, factor]) => `price:${of}:${factor}`),
    ...changes.swaps.map(([from, to]) => `swap:${from}=${to}`),
    ...(changes.isWorse ? ["quality:worse"] : []),
    ...(changes.retries ? [`retries:${changes.retries}`] : []),
    ...(changes.rejection ? [`rejection:${changes.rejection}`] : []),
    ...(isMoved(changes.review) ? [`review:${changes.review}`] : []),
    ...changes.others,
  ];
}

/** "2 times today's" from "2"; "20 % less" from "0.8"; "as today" from "1". */
export function factorWords(factor: string): string {
  const value = Number(factor);
  if (value === 1) return "as today";
  if (value >= 2) return `${factor} times today's`;
  const percent = Math.round((value - 1) * 1000) / 10;
  return `${Math.abs(percent)}\u202f% ${percent > 0 ? "more" : "less"}`;
}
