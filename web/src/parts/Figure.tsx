/** A figure on a page: compact text, every stored digit on hover, and a link to its explanation. */
import type { MouseEvent, ReactElement, ReactNode } from "react";
import { Link } from "wouter";

import { columnMoney, compactMoney, exactMoney } from "../format/money";
import { explained, type FigureRef } from "../state/figures";
import { useView } from "../state/useView";
import classes from "./parts.module.css";

type Props = {
  /** What the figure is, for a screen reader: "Infrastructure, October 2026". */
  name: string;
  explains: FigureRef;
  title?: string;
  className?: string | undefined;
  children: ReactNode;
};

/** Any text that opens the explanation of a figure; a real link, so it can be copied, bookmarked and opened apart. */
export function Figure({ name, explains, title, className, children }: Props): ReactElement {
  const { href } = useView();
  const stop = (event: MouseEvent) => event.stopPropagation();
  return (
    <Link
      href={href({ explain: explained(explains) })}
      className={`${classes.figure} ${className ?? ""}`}
      title={title}
      aria-label={`${name}: ${typeof children === "string" ? children : (title ?? "")}. Explain`}
      aria-haspopup="dialog"
      onClick={stop}
    >
      {children}
    </Link>
  );
}

type MoneyProps = { name: string; amount: string | null; currency: string; explains: FigureRef; column?: boolean; className?: string | undefined };

/** Money that opens its explanation. `column` keeps two decimals so that a column lines up. */
export function MoneyFigure({ name, amount, currency, explains, column = false, className }: MoneyProps): ReactElement {
  if (amount === null) {
    return (
      <Figure name={name} explains={explains} title="No cost is known on this basis" className={className}>
        unknown
      </Figure>
    );
  }
  const text = column ? columnMoney(amount, currency) : compactMoney(amount, currency);
  return (
    <Figure name={name} explains={explains} title={exactMoney(amount, currency)} className={className}>
      {text}
    </Figure>
  );
}

/** A use case's indirect cost, or a part of it; opens the pools it comes from, with each formula. */
export function IndirectFigure({ name, amount, currency, useCase, column = false }: { name: string; amount: string | null; currency: string; useCase: string; column?: boolean }): ReactElement {
  const { href } = useView();
  if (amount === null) return <MoneyText amount={amount} currency={currency} />;
  const text = column ? columnMoney(amount, currency) : compactMoney(amount, currency);
  return (
    <Link href={href({ explain: null }, "/indirect", [["use_case", useCase]])} className={classes.figure ?? ""} title={exactMoney(amount, currency)} aria-label={`${name}: ${text}. By pool`}>
      {text}
    </Link>
  );
}

/** Money as plain text, every digit on hover. */
export function MoneyText({ amount, currency, column = false }: { amount: string | null; currency: string; column?: boolean }): ReactElement {
  if (amount === null) return <span className={classes.unknown} title="No cost is known on this basis">unknown</span>;
  return (
    <data value={amount} title={exactMoney(amount, currency)}>
      {column ? columnMoney(amount, currency) : compactMoney(amount, currency)}
    </data>
  );
}
