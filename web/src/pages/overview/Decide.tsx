/** What waits for a decision, biggest first; each opens its finding. */
import type { ReactElement } from "react";
import { Link } from "wouter";

import type { DecideItem, LeaderReport } from "../../api/types";
import { counted } from "../../format/count";
import { compactMoney, exactMoney } from "../../format/money";
import { Card } from "../../parts/Card";
import { Command } from "../../parts/Command";
import { Icon } from "../../parts/icons";
import { useOwn } from "../../state/useOwn";
import { dayLabel } from "../findings/words";
import classes from "./overview.module.css";

export function DecideCard({ report }: { report: LeaderReport }): ReactElement {
  const { linkTo } = useOwn();
  const { items, more } = report.decide;
  return (
    <Card title="To decide" note={report.decide_note || "Renewals, agents without controls, overlaps, money nobody owns; biggest first"} aside={<Link className={classes.more} href={linkTo("/findings", [])}>All {counted(report.open_findings, "open finding")}</Link>}>
      {items.length === 0 ? (
        <div className={classes.empty}>
          <p className={classes.dimmed}>{report.trust.reviewed_at ? "Nothing waits for a decision." : "Nothing was reviewed yet."}</p>
          {report.trust.reviewed_at ? null : <Command text="spendmap review" />}
        </div>
      ) : (
        <ol className={classes.decide}>{items.map((item) => <li key={item.id}><Item item={item} href={linkTo("/findings", [["finding", item.id]])} /></li>)}</ol>
      )}
      {more > 0 ? <p className={classes.small}>and {more} more of these kinds</p> : null}
    </Card>
  );
}

function Item({ item, href }: { item: DecideItem; href: string }): ReactElement {
  return (
    <article className={classes.decideItem}>
      <div className={classes.decideTop}>
        <span className={classes.tag} data-group={item.group}>{item.group_label}</span>
        <span className={classes.decideMoney} title={item.money_at_stake && item.currency ? `${exactMoney(item.money_at_stake, item.currency)} at stake (${item.basis ?? ""}, ${item.period ?? ""})` : undefined}>
          {item.currency === null ? <span className={classes.dimmed}>no money seen</span> : item.money_at_stake === null ? <span className={classes.dimmed}>money unknown</span> : compactMoney(item.money_at_stake, item.currency)}
        </span>
      </div>
      <h3><Link href={href}>{item.title}</Link></h3>
      <p className={classes.small}>{item.next_step.replaceAll("`", "")}</p>
      <p className={classes.decideFoot}>
        <span>{item.owner ?? "nobody to ask"}</span>
        <span data-late={item.is_overdue || undefined}>{item.is_overdue ? <Icon name="alert" size={12} /> : null} {item.is_overdue ? "overdue since" : "due"} {dayLabel(item.due)}</span>
      </p>
    </article>
  );
}
