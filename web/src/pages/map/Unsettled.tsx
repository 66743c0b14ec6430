/** What counting could not settle, in money: what perhaps counts twice, is perhaps AI, waits for its bill or is prepaid. */
import { useState, type ReactElement, type ReactNode } from "react";

import { useConfirmSupplier, useNameVendor } from "../../api/queries";
import type { SpendMapReport } from "../../api/types";
import { counted } from "../../format/count";
import { periodLabel } from "../../format/period";
import { Card } from "../../parts/Card";
import { MoneyText } from "../../parts/Figure";
import classes from "./map.module.css";

const SHOWN = 5;

export function Unsettled({ report }: { report: SpendMapReport }): ReactElement {
  const { named, currency } = report;
  const money = (amount: string | null) => <MoneyText amount={amount} currency={currency} />;
  return (
    <Card title="Not settled" note="Named, in no sum unless it says so">
      {named.unknown !== null ? <p className={classes.dimmed}>{named.unknown}.</p> : null}
      <dl className={classes.captured}>
        <Line name="Perhaps counted twice" about="in the total">{named.perhaps_twice.items.length === 0 && named.unknown === null ? "none seen" : money(named.perhaps_twice.cost)}</Line>
        <Line name="Perhaps tax" about="in the total">{named.perhaps_tax.items.length === 0 && named.unknown === null ? "none seen" : money(named.perhaps_tax.cost)}</Line>
        {named.taken_for_tax.items.length > 0 ? <Line name="Taken for tax" about="in no total, see LG017">{money(named.taken_for_tax.cost)}</Line> : null}
        <Line name="Proposed pairs" about="counted once each">{counted(named.pairs.length, "pair")}</Line>
        <Line name="Not billed yet" about="metered, in the total">{money(named.not_billed_yet.cost)}</Line>
        <Line name="Metered above the bill" about="in no total">{money(named.over.cost)}</Line>
        <Line name="Prepaid" about={`left at the end of ${periodLabel(named.prepaid.month)}`}>{money(named.prepaid.cost)}</Line>
        <Line name="Flat plans at list price" about="in no total">{named.api_equivalent.has_plan ? money(named.api_equivalent.cost) : "no call captured"}</Line>
        <Line name="Quarantined" about="cost unknown">{counted(named.quarantined.rows, "row")}</Line>
      </dl>
      {named.pairs.length > 0 ? (
        <>
          <h3 className={classes.subhead}>One purchase each? Decide them under Findings, LG011</h3>
          <ul className={classes.overlap}>
            {named.pairs.slice(0, SHOWN).map((pair) => (
              <li key={pair.id}>
                <div className={classes.gapHead}><h3>{pair.vendor ?? "unknown vendor"}</h3>{money(pair.cost)}</div>
                <p className={classes.dimmed}>{side(pair.document)} is paid by {side(pair.payment)}</p>
              </li>
            ))}
          </ul>
        </>
      ) : null}
      <PerhapsAi report={report} />
    </Card>
  );
}

function Line({ name, about, children }: { name: string; about: string; children: ReactNode }): ReactElement {
  return <div><dt>{name} <span className={classes.dimmed}>{about}</span></dt><dd>{children}</dd></div>;
}

function side(line: SpendMapReport["named"]["pairs"][number]["document"]): string {
  return `${line.source ?? line.name}${line.day === null ? "" : ` of ${line.day}`}`;
}

/** Suppliers to confirm; one click writes the company's rule, and the map follows with the next allocation. */
function PerhapsAi({ report }: { report: SpendMapReport }): ReactElement | null {
  const [isLong, setLong] = useState(false);
  const suppliers = report.named.perhaps_ai;
  if (suppliers.length === 0) return null;
  return (
    <>
      <h3 className={classes.subhead}>Perhaps AI: confirm</h3>
      <ul className={classes.overlap}>
        {(isLong ? suppliers : suppliers.slice(0, SHOWN)).map((each) => (
          <li key={`${each.supplier ?? ""} ${each.vendor ?? ""} ${each.reason}`}>
            <div className={classes.gapHead}><h3>{each.supplier ?? "unknown supplier"}</h3><MoneyText amount={each.cost} currency={report.currency} /></div>
            <p className={classes.dimmed}>{each.reason}, {counted(each.rows, "row")}</p>
            {each.supplier === null ? null : <Confirm supplier={each.supplier} vendor={each.reason === LOOKS ? each.vendor : null} />}
          </li>
        ))}
      </ul>
      {suppliers.length > SHOWN ? <button type="button" className={classes.more} aria-expanded={isLong} onClick={() => setLong(!isLong)}>{isLong ? "Show five" : `Show all ${suppliers.length}`}</button> : null}
    </>
  );
}

const LOOKS = "name looks like AI"; // the reason under which a vendor is one that the name resembles
const UNANSWERED = 0; // the version of a supplier that nobody has confirmed, as the map shows it

function Confirm({ supplier, vendor }: { supplier: string; vendor: string | null }): ReactElement {
  const confirm = useConfirmSupplier();
  const name = useNameVendor();
  const said = confirm.data ? (confirm.data.scope === "ai" ? "AI" : "Not AI") : name.data ? `${name.data.vendor_name} by another name` : null;
  if (said !== null) return <p className={classes.dimmed} role="status">{said}. Run <code>spendmap allocate</code> to see it on the map.</p>;
  const isPending = confirm.isPending || name.isPending;
  const error = confirm.error ?? name.error;
  return (
    <p className={classes.choice}>
      {vendor === null ? null : <button type="button" disabled={isPending} aria-label={`${supplier} is ${vendor} by another name`} onClick={() => name.mutate({ supplier, vendor })}>It is {vendor}</button>}
      <button type="button" disabled={isPending} aria-label={`${supplier} is AI`} onClick={() => confirm.mutate({ supplier, scope: "ai", version: UNANSWERED })}>{vendor === null ? "It is AI" : "Other AI"}</button>
      <button type="button" disabled={isPending} aria-label={`${supplier} is not AI`} onClick={() => confirm.mutate({ supplier, scope: "not_ai", version: UNANSWERED })}>It is not</button>
      {error ? <span role="alert"> {error.message}</span> : null}
    </p>
  );
}
