/** Economics: what one accepted run, customer or plan costs, fully loaded, and whether it earns. */
import type { ReactElement } from "react";

import { useEconomicsOverview } from "../../api/queries";
import type { EconomicsOverview } from "../../api/types";
import { columnMoney } from "../../format/money";
import { periodLabel, monthLabel } from "../../format/period";
import { change } from "../../format/share";
import { unitMoney } from "../../format/unit";
import { Card } from "../../parts/Card";
import { Command } from "../../parts/Command";
import { Prose } from "../../parts/Prose";
import { Sparkline } from "../../parts/Sparkline";
import { PageSkeleton, ProblemState } from "../../parts/States";
import { useView } from "../../state/useView";
import { LAYERS } from "../../state/view";
import classes from "./economics.module.css";
import { Accounts } from "./Accounts";
import { Plans } from "./Plans";
import { Rows } from "./Rows";
import { TimeSaved } from "./TimeSaved";
import { exact, LAYER_COLOURS, LAYER_WORDS, quantity } from "./words";

export default function EconomicsPage(): ReactElement {
  const { view } = useView();
  const { data: overview, error, refetch, isPlaceholderData } = useEconomicsOverview(view);
  if (error) return <ProblemState level={1} error={error} onRetry={() => void refetch()} />;
  if (!overview) return <PageSkeleton />;
  return (
    <div className={classes.page} aria-busy={isPlaceholderData}>
      <Head overview={overview} />
      {overview.valued ? (
        <>
          <Tiles overview={overview} />
          <Plans />
          <Accounts />
          <Rows />
          <TimeSaved period={overview.period.label} />
          <Unknown overview={overview} isFiltered={Object.keys(view.where).length > 0} />
        </>
      ) : (
        <NothingValued why={overview.unknown.join(" ")} />
      )}
    </div>
  );
}

function Head({ overview }: { overview: EconomicsOverview }): ReactElement {
  const { view, update } = useView();
  const chosen = view.economics.layers;
  const toggle = (layer: string) => {
    const next = LAYERS.filter((each) => (each === layer) !== chosen.includes(each));
    if (next.length) update({ economics: { ...view.economics, layers: next, page: 1 } });
  };
  return (
    <section className={classes.head} aria-labelledby="economics">
      <div>
        <h1 id="economics">Economics, {periodLabel(overview.period.label)}</h1>
        <p className={classes.about}>
          {overview.basis[0]?.toUpperCase()}{overview.basis.slice(1)} cost in {overview.currency}, loaded fully: the calls of a use case are known by customer, the rest of its cost is shared by
          each customer's metered calls.
        </p>
      </div>
      <fieldset className={classes.layers}>
        <legend>In the cost</legend>
        {LAYERS.map((layer) => (
          <label key={layer} title={LAYER_WORDS[layer]?.about}>
            <input type="checkbox" checked={chosen.includes(layer)} onChange={() => toggle(layer)} disabled={chosen.length === 1 && chosen.includes(layer)} />
            <span className={classes.swatch} style={{ background: LAYER_COLOURS[layer] }} aria-hidden="true" />
            {LAYER_WORDS[layer]?.label}
            {layer === "indirect" && overview.valued && !overview.indirect_known ? " (not known)" : ""}
          </label>
        ))}
      </fieldset>
    </section>
  );
}

function Tiles({ overview }: { overview: EconomicsOverview }): ReactElement {
  const { currency, tiles } = overview;
  return (
    <Card title="Cost per accepted run" note="The most expensive use cases with accepted runs, thirteen months">
      {tiles.length === 0 ? (
        <>
          <p className={classes.dimmed}>No accepted run is captured for this period. Capture who accepted what, then work out the unit costs again:</p>
          <Command text="spendmap capture --file outcomes.csv --as outcomes_csv" />
        </>
      ) : (
        <ul className={classes.tiles}>
          {tiles.map((tile) => {
            const moved = tile.unit_cost !== null && tile.previous_unit_cost !== null ? change(tile.unit_cost, tile.previous_unit_cost) : null;
            return (
              <li key={tile.use_case} className={classes.tile}>
                <h3>{tile.label}</h3>
                <span className={classes.value} title={tile.unit_cost === null ? undefined : exact(tile.unit_cost, currency)}>{tile.unit_cost === null ? "unknown" : unitMoney(tile.unit_cost, currency)}</span>
                <Sparkline series={tile.series} colour="var(--sm-accent)" currency={currency} name={`${tile.label}, cost per accepted run`} />
                <span className={classes.dimmed}>{moved === null ? "no month before" : `${moved} on the month before`} · {quantity(tile.accepted)} accepted</span>
                <span className={classes.dimmed}>
                  {tile.target === null ? "no target set" : tile.above_target ? <strong className={classes.loss}>above its target of {unitMoney(tile.target, currency)}</strong> : `within its target of ${unitMoney(tile.target, currency)}`}
                </span>
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}

function Unknown({ overview, isFiltered }: { overview: EconomicsOverview; isFiltered: boolean }): ReactElement {
  const { unallocated, map_total, currency, period } = overview;
  return (
    <Card title="What is not known" level={2}>
      <ul className={classes.notes}>
        {unallocated !== null && map_total !== null ? (
          <li>{columnMoney(unallocated, currency)} of the map's {columnMoney(map_total, currency)} for {period.first === period.last ? monthLabel(period.last) : periodLabel(period.label)} is carried by no use case, so it is in no unit cost.</li>
        ) : null}
        {overview.unknown.map((note) => <li key={note}>{note}</li>)}
        {isFiltered ? <li>The filters of the map do not narrow this page: unit costs are whole.</li> : null}
      </ul>
    </Card>
  );
}

function NothingValued({ why }: { why: string }): ReactElement {
  return (
    <Card title="No unit costs for this map" note="This page holds cost against what it bought: runs accepted, accounts, revenue, time saved">
      <p><Prose text={why} /></p>
      <p className={classes.dimmed}>Outcomes are captured as a CSV file, before or after.</p>
      <Command text="spendmap value" />
    </Card>
  );
}
