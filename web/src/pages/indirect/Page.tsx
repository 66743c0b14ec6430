/** Indirect cost taken apart: which pools, by which driver, who receives what, and what nobody carries and why. */
import { Button } from "@mantine/core";
import type { ReactElement } from "react";
import { Link } from "wouter";

import { useSplits } from "../../api/queries";
import type { IndirectReport, PoolRow, Receiver } from "../../api/types";
import { counted } from "../../format/count";
import { geometry, ratio } from "../../format/decimal";
import { compactMoney, exactMoney } from "../../format/money";
import { periodLabel } from "../../format/period";
import { percent } from "../../format/share";
import { capital } from "../../format/words";
import { Card } from "../../parts/Card";
import { Command } from "../../parts/Command";
import { DataTable } from "../../parts/DataTable";
import { EvidenceBar } from "../../parts/EvidenceBar";
import { Figure, MoneyFigure, MoneyText } from "../../parts/Figure";
import { Icon } from "../../parts/icons";
import { Sheet } from "../../parts/Sheet";
import { PageSkeleton, ProblemState } from "../../parts/States";
import { useParams } from "../../state/useParams";
import { useView } from "../../state/useView";
import classes from "./indirect.module.css";

const LAYER_WORDS: Record<string, string> = {
  labour: "people's work, bought or own",
  shared: "used by several use cases",
  overhead: "there for all of them",
  idle: "paid for and not used",
};

export default function IndirectPage(): ReactElement {
  const { view, href } = useView();
  const params = useParams(["use_case", "pool"]);
  const chosen = params.get("use_case");
  const { data: report, error, refetch, isPlaceholderData } = useSplits(view, chosen);
  if (error) return <ProblemState level={1} error={error} onRetry={() => void refetch()} />;
  if (!report) return <PageSkeleton />;
  const received = chosen === null ? null : report.pools.filter((pool) => pool.receivers.length > 0);
  const open = report.pools.find((pool) => pool.id === params.get("pool"));
  return (
    <div className={classes.page} aria-busy={isPlaceholderData}>
      <Head report={report} />
      {report.notes.length ? <ul className={classes.notes}>{report.notes.map((note) => <li key={note}><Icon name="info" size={14} /> {note}</li>)}</ul> : null}
      {report.pools.length === 0 ? (
        <Card title="Nothing is split yet" note="A split says which money is shared, by which driver, and who receives it. Until one is declared the indirect cost of a use case is unknown, not zero.">
          <Command text="spendmap allocate" />
        </Card>
      ) : received ? (
        <Received report={report} pools={received} onAll={() => params.set({ use_case: null })} onPool={(id) => params.set({ pool: id, use_case: null })} />
      ) : (
        <Pools report={report} onOpen={(id) => params.set({ pool: id })} />
      )}
      {chosen === null && report.use_cases.length ? (
        <Card title="Use cases, fully loaded" note="Their own cost and what the pools bring. Layers stay apart on the card of each.">
          <DataTable
            caption="Use cases, direct and indirect cost"
            rows={report.use_cases}
            rowKey={(row) => row.use_case}
            columns={[
              { id: "use_case", header: "Use case", isHeader: true, wrap: true, cell: (row) => <Link className={classes.name} href={href({ explain: null }, `/use-cases/${encodeURIComponent(row.use_case)}`)}>{row.label}</Link> },
              { id: "direct", header: "Direct", isNumber: true, cell: (row) => <MoneyFigure column name={`Direct cost of ${row.label}`} amount={row.direct} currency={report.currency} explains={{ figure: "total", where: { use_case: [row.use_case] } }} /> },
              { id: "indirect", header: "Indirect", isNumber: true, cell: (row) => <Link className={classes.name} href={params.href({ use_case: row.use_case, pool: null })} aria-label={`Indirect cost of ${row.label}, by pool`}><MoneyText column amount={row.indirect} currency={report.currency} /></Link> },
              { id: "loaded", header: "Fully loaded", isNumber: true, cell: (row) => <MoneyText column amount={row.fully_loaded} currency={report.currency} /> },
              { id: "evidence", header: "Evidence", cell: (row) => <span className={classes.evidence}><EvidenceBar mix={row.by_evidence} total={row.fully_loaded} currency={report.currency} /></span> },
            ]}
          />
        </Card>
      ) : null}
      {open ? <Detail pool={open} report={report} onClose={() => params.set({ pool: null })} /> : null}
    </div>
  );
}

/** The map's total in four parts, as a bar and as figures: the words say the same as the bar. */
function Head({ report }: { report: IndirectReport }): ReactElement {
  const parts = [
    { id: "direct", label: "Use cases' own", amount: report.direct },
    { id: "allocated", label: "Brought by pools", amount: report.allocated },
    { id: "unallocated", label: "In a pool, with nobody", amount: report.unallocated },
    { id: "nobody", label: "In no pool", amount: report.in_no_pool },
  ];
  return (
    <section className={classes.head} aria-labelledby="indirect">
      <div>
        <h1 id="indirect">Indirect cost</h1>
        <p className={classes.dimmed}>Who carries what no use case carries on its own. The map's total does not change by it. {capital(report.basis)} cost, {periodLabel(report.period)}, {report.currency}.</p>
      </div>
      <div className={classes.bar} aria-hidden="true">
        {parts.map((part) => <span key={part.id} data-part={part.id} style={{ flexGrow: Math.max(0, geometry(ratio(part.amount, report.total) ?? "0")) }} />)}
      </div>
      <dl className={classes.parts}>
        {parts.map((part) => (
          <div key={part.id}>
            <dt><span className={classes.swatch} data-part={part.id} aria-hidden="true" /> {part.label}</dt>
            <dd title={exactMoney(part.amount, report.currency)}>{compactMoney(part.amount, report.currency)} <span className={classes.dimmed}>{percent(ratio(part.amount, report.total), 0)}</span></dd>
          </div>
        ))}
        <div>
          <dt>Total of the map</dt>
          <dd><Figure name="Total of the map" explains={{ figure: "total", where: {} }} title={exactMoney(report.total, report.currency)}>{compactMoney(report.total, report.currency)}</Figure></dd>
        </div>
      </dl>
    </section>
  );
}

function Pools({ report, onOpen }: { report: IndirectReport; onOpen: (id: string) => void }): ReactElement {
  return (
    <Card title={counted(report.pools.length, "pool")} note="Rules in rules/splits.yaml name them, in order: the first that matches takes the money. Open a pool to see its formula.">
      <DataTable
        caption="Pools of indirect cost"
        rows={[...report.pools].sort((a, b) => geometry(b.cost) - geometry(a.cost))}
        rowKey={(pool) => pool.id}
        columns={[
          { id: "pool", header: "Pool", isHeader: true, wrap: true, cell: (pool) => <button type="button" className={classes.open} aria-haspopup="dialog" onClick={() => onOpen(pool.id)}>{pool.name}</button> },
          { id: "layer", header: "Layer", cell: (pool) => <span title={LAYER_WORDS[pool.layer]}>{pool.layer}</span> },
          { id: "driver", header: "By", cell: (pool) => pool.driver ?? <span className={classes.dimmed}>to nobody</span> },
          { id: "receivers", header: "Receivers", isNumber: true, cell: (pool) => pool.receivers.filter((each) => each.use_case !== null).length },
          { id: "cost", header: "Money", isNumber: true, cell: (pool) => <MoneyText column amount={pool.cost} currency={report.currency} /> },
          { id: "allocated", header: "Brought to use cases", isNumber: true, cell: (pool) => <MoneyText column amount={pool.allocated} currency={report.currency} /> },
          { id: "unallocated", header: "With nobody", isNumber: true, cell: (pool) => <MoneyText column amount={pool.unallocated} currency={report.currency} /> },
        ]}
      />
    </Card>
  );
}

/** What one use case gets, pool by pool, with each formula: the explanation of its indirect cost. */
function Received({ report, pools, onAll, onPool }: { report: IndirectReport; pools: readonly PoolRow[]; onAll: () => void; onPool: (id: string) => void }): ReactElement {
  const { href } = useView();
  const use = report.use_cases[0];
  const rows = pools.flatMap((pool) => pool.receivers.map((receiver) => ({ pool, receiver }))).sort((a, b) => geometry(b.receiver.cost) - geometry(a.receiver.cost));
  return (
    <Card
      title={use ? `Indirect cost of ${use.label}` : "Indirect cost of this use case"}
      note={use ? "Each pool brings its money times the use case's weight, over all weights. To the last digit the parts of a pool add up to the pool." : "No pool brings it anything in this period."}
      aside={<Button size="xs" variant="default" onClick={onAll}>All pools</Button>}
    >
      <DataTable
        caption="Pools that bring it cost"
        rows={rows}
        rowKey={(row, index) => `${row.pool.id}-${index}`}
        columns={[
          { id: "pool", header: "Pool", isHeader: true, wrap: true, cell: ({ pool }) => <button type="button" className={classes.open} aria-haspopup="dialog" onClick={() => onPool(pool.id)}>{pool.name}</button> },
          { id: "cost", header: "Money", isNumber: true, cell: ({ receiver }) => <MoneyText column amount={receiver.cost} currency={report.currency} /> },
          { id: "share", header: "Of the pool", isNumber: true, cell: ({ receiver }) => percent(receiver.share ?? null, 1) },
          { id: "layer", header: "Layer", cell: ({ pool }) => <span title={LAYER_WORDS[pool.layer]}>{pool.layer}</span> },
          { id: "formula", header: "How", wrap: true, cell: ({ receiver }) => receiver.formula },
        ]}
        foot={use ? <tr><th scope="row">Indirect cost</th><td data-number><MoneyText column amount={use.indirect} currency={report.currency} /></td><td colSpan={3} /></tr> : null}
      />
      {use ? <p className={classes.more}><Link className={classes.name} href={href({ explain: null }, `/use-cases/${encodeURIComponent(use.use_case)}`)}>Card of {use.label}</Link></p> : null}
    </Card>
  );
}

function Detail({ pool, report, onClose }: { pool: PoolRow; report: IndirectReport; onClose: () => void }): ReactElement {
  const money = (amount: string | null) => (amount === null ? "unknown" : exactMoney(amount, report.currency));
  return (
    <Sheet name={pool.name} closes="Close the pool" opened onClose={onClose} size="42rem" position="right" title={<h2>{pool.name}</h2>}>
      <div className={classes.detail}>
        <p>{pool.why}</p>
        <dl className={classes.facts}>
          <dt>Money of {periodLabel(report.period)}</dt><dd>{money(pool.cost)}, {report.basis} cost</dd>
          <dt>Layer</dt><dd>{pool.layer}: {LAYER_WORDS[pool.layer] ?? ""}</dd>
          <dt>Driver</dt><dd>{pool.driver ?? "none: it is given to nobody"}</dd>
          <dt>Rule</dt><dd><code>rules/splits.yaml</code>, id <code>{pool.id}</code></dd>
          <dt>Evidence of the money</dt><dd><EvidenceBar mix={pool.by_evidence} total={pool.cost} currency={report.currency} large /></dd>
        </dl>
        <ul className={classes.receivers}>{pool.receivers.map((each, index) => <ReceiverLine key={`${each.use_case ?? ""}-${index}`} receiver={each} currency={report.currency} />)}</ul>
        <p className={classes.dimmed}>On the command line: <code>spendmap splits --pool {pool.id} --long</code></p>
      </div>
    </Sheet>
  );
}

function ReceiverLine({ receiver, currency }: { receiver: Receiver; currency: string }): ReactElement {
  const { href } = useView();
  return (
    <li data-nobody={receiver.use_case === null || undefined}>
      <span className={classes.line}>
        {receiver.use_case === null ? <strong>Nobody</strong> : <Link className={classes.name} href={href({ explain: null }, `/use-cases/${encodeURIComponent(receiver.use_case)}`)}>{receiver.label}</Link>}
        <span><MoneyText column amount={receiver.cost} currency={currency} /> <span className={classes.dimmed}>{percent(receiver.share ?? null, 1)}</span></span>
      </span>
      <span className={classes.dimmed}>{receiver.formula}</span>
    </li>
  );
}
