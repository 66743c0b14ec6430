/** What the use case costs: direct beside indirect, bars by category and layer, thirteen months. Each part opens Explain. */
import type { ReactElement } from "react";

import type { CardMoney, UseCaseCard } from "../../api/types";
import { geometry, ratio } from "../../format/decimal";
import { compactMoney, exactMoney } from "../../format/money";
import { percent } from "../../format/share";
import { Dot } from "../../parts/Dot";
import { EvidenceBar, EvidenceLegend } from "../../parts/EvidenceBar";
import { Figure, IndirectFigure } from "../../parts/Figure";
import { Sparkline } from "../../parts/Sparkline";
import classes from "./useCases.module.css";

export function CostSummary({ card }: { card: UseCaseCard }): ReactElement {
  const direct = card.questions.find((each) => each.id === "direct_cost")?.money ?? null;
  const where = { use_case: [card.id] };
  return (
    <div className={classes.cost}>
      <dl className={classes.totals}>
        <div>
          <dt>Direct cost</dt>
          <dd>{card.direct === null ? <span className={classes.open}>unknown</span> : <Figure name={`Direct cost of ${card.name}`} explains={{ figure: "total", where }} title={exactMoney(card.direct, card.currency)}>{compactMoney(card.direct, card.currency)}</Figure>}</dd>
        </div>
        <div>
          <dt>Indirect cost</dt>
          <dd>{card.indirect === null ? <span className={classes.open} title="Nothing was split; unknown is not zero">unknown</span> : <IndirectFigure name={`Indirect cost of ${card.name}`} amount={card.indirect} currency={card.currency} useCase={card.id} />}</dd>
        </div>
        <div>
          <dt>Fully loaded</dt>
          <dd>{card.fully_loaded === null ? <span className={classes.open} title="It needs direct and indirect cost">unknown</span> : <span title={exactMoney(card.fully_loaded, card.currency)}>{compactMoney(card.fully_loaded, card.currency)}</span>}</dd>
        </div>
        {direct && direct.series.some((each) => each.cost !== null) ? (
          <div>
            <dt>Direct, thirteen months</dt>
            <dd><Sparkline series={direct.series} colour="var(--sm-accent)" currency={card.currency} name="Direct cost, thirteen months" /></dd>
          </div>
        ) : null}
      </dl>
      {direct && direct.cost !== null ? (
        <div className={classes.mix}>
          <EvidenceBar mix={direct.by_evidence} total={direct.cost} currency={card.currency} large />
          <EvidenceLegend mix={direct.by_evidence} total={direct.cost} currency={card.currency} within={where} />
        </div>
      ) : null}
    </div>
  );
}

/** One figure by its parts, as bars; a credit has no bar and keeps its number. */
export function Bars({ money, by, card, isDirect }: { money: CardMoney; by: string; card: UseCaseCard; isDirect: boolean }): ReactElement | null {
  const found = money.breakdowns.find((each) => each.by === by);
  if (!found || found.parts.length === 0 || money.cost === null) return null;
  const total = money.cost;
  return (
    <div className={classes.bars}>
      <h4>{isDirect ? "Direct" : "Indirect"}, by {by}</h4>
      <ul>
        {found.parts.map((part) => {
          const share = part.cost === null ? null : ratio(part.cost, total);
          return (
            <li key={part.key ?? ""}>
              <span className={classes.barLabel}>{by === "category" ? <Dot category={part.key} /> : null} {part.label}</span>
              <span className={classes.bar} aria-hidden="true"><span data-indirect={!isDirect || undefined} style={{ width: `${Math.min(100, Math.max(0, geometry(share) * 100))}%`, ...(by === "category" ? { background: `var(--cat-${part.key ?? "unclassified"}, var(--cat-unclassified))` } : {}) }} /></span>
              <span className={classes.barMoney}>
                {part.cost === null ? <span className={classes.open}>unknown</span> : isDirect ? (
                  <Figure name={part.label} explains={{ figure: "total", where: { use_case: [card.id], [by]: [part.key ?? ""] } }} title={exactMoney(part.cost, card.currency)}>{compactMoney(part.cost, card.currency)}</Figure>
                ) : <IndirectFigure name={`${part.label}, indirect`} amount={part.cost} currency={card.currency} useCase={card.id} />}
                <span className={classes.dimmed}> {percent(share, 0)}</span>
              </span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
