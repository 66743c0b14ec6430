/** How far the figures can be trusted, in one line: each gap is a link to what is behind it. */
import type { ReactElement, ReactNode } from "react";
import { Link } from "wouter";

import type { LeaderReport } from "../../api/types";
import { compactCount, counted } from "../../format/count";
import { isZero } from "../../format/decimal";
import { exactMoney, compactMoney } from "../../format/money";
import { instant } from "../../format/period";
import { percent } from "../../format/share";
import { Figure, MoneyFigure } from "../../parts/Figure";
import { figures } from "../../state/figures";
import { useOwn } from "../../state/useOwn";
import classes from "./overview.module.css";

export function TrustStrip({ report }: { report: LeaderReport }): ReactElement {
  const { linkTo } = useOwn();
  const { trust, currency } = report;
  const { coverage, unpriced, unallocated, unclassified, dark, silent } = trust;
  return (
    <section className={classes.trust} aria-label="How far to trust it">
      <dl>
        <Item name="Evidenced" about="invoiced or metered"><Share name="Evidenced" figure="evidenced" part={coverage.evidenced} currency={currency} /></Item>
        <Item name="Owned" about="has a named owner"><Share name="Owned" figure="owned" part={coverage.owned} currency={currency} /></Item>
        <Item name="Unallocated" about="carried by nobody" isGood={isZero(unallocated.cost)}><MoneyFigure name="Unallocated" amount={unallocated.cost} currency={currency} explains={figures.named("unallocated")} /></Item>
        <Item name="Gap to the bills" about="billed, and no usage explains it" isGood={isZero(dark.cost)}><MoneyFigure name="Gap to the bills" amount={dark.cost} currency={currency} explains={figures.named("dark")} /></Item>
        <Item name="Unpriced" about={`${compactCount(unpriced.input_tokens)} tokens in, not in the total`} isGood={unpriced.rows === 0}><Figure name="Unpriced usage" explains={figures.named("unpriced")}>{counted(unpriced.rows, "row")}</Figure></Item>
        <Item name="Unclassified" about="placed by no rule" isGood={isZero(unclassified.cost)}><MoneyFigure name="Unclassified" amount={unclassified.cost} currency={currency} explains={figures.category("unclassified")} /></Item>
        <Item name="Silent sources" about={silent.length ? silent.map((each) => `${each.label}: ${each.days === null ? "never read" : `${each.days} days`}`).join("; ") : `of ${counted(trust.sources, "source")}`} isGood={silent.length === 0}>
          {silent.length ? <Link className={classes.more} href={linkTo("/findings", [["code", "LG004"]])}>{silent.length}</Link> : "none"}
        </Item>
        <Item name="Refreshed" about={trust.reviewed_at ? `reviewed ${instant(trust.reviewed_at)}` : "not reviewed: `spendmap review`"}>{instant(trust.as_of)}</Item>
      </dl>
    </section>
  );
}

function Item({ name, about, isGood, children }: { name: string; about: string; isGood?: boolean; children: ReactNode }): ReactElement {
  return (
    <div className={classes.trustItem} data-good={isGood === undefined ? undefined : isGood}>
      <dt>{name}</dt>
      <dd><span className={classes.trustFigure}>{children}</span><span className={classes.partAbout}>{about}</span></dd>
    </div>
  );
}

function Share({ name, figure, part, currency }: { name: string; figure: string; part: { share: string | null; cost: string | null }; currency: string }): ReactElement {
  return <Figure name={`${name} share`} explains={figures.named(figure)} title={`${exactMoney(part.cost, currency)} (${compactMoney(part.cost, currency)})`}>{percent(part.share, 0)}</Figure>;
}
