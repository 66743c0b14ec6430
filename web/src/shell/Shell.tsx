/** The frame of every page: brand, navigation, the state that all figures share, and the explanation drawer. */
import { Burger } from "@mantine/core";
import { useDisclosure, useMediaQuery } from "@mantine/hooks";
import type { ReactElement, ReactNode } from "react";
import { Link } from "wouter";

import { instant, periodLabel } from "../format/period";
import { capital } from "../format/words";
import { Icon } from "../parts/icons";
import { Sheet } from "../parts/Sheet";
import { BASES, type View } from "../state/view";
import { useView } from "../state/useView";
import type { Workspace } from "../api/types";
import { ExportMenu, SchemeToggle, ShareButton } from "./Actions";
import { Choice } from "./Choice";
import { compareOptions } from "./compare";
import { FilterButton, FilterChips, FilterFields } from "./Filters";
import { PAGES } from "./pages";
import { PeriodPicker } from "./PeriodPicker";
import classes from "./shell.module.css";

const BASIS_WORDS: Record<string, string> = {
  effective: "After discounts, commitments spread over their use",
  billed: "What the invoices say, in the month billed",
  contracted: "At negotiated prices, before commitments",
  list: "At public list prices",
};

export function Shell({ workspace, children }: { workspace: Workspace | undefined; children: ReactNode }): ReactElement {
  const { view, path, href, update } = useView();
  const [isMenuOpen, menu] = useDisclosure(false);
  const [isFilterOpen, filter] = useDisclosure(false);
  const isPhone = useMediaQuery("screen and (max-width: 52em)", false, { getInitialValueInEffect: false });
  // Nine pages do not fit beside the name and the actions of a small window: there they are in the menu.
  const isNarrow = useMediaQuery("screen and (max-width: 82em)", false, { getInitialValueInEffect: false });
  const isReady = workspace !== undefined && !workspace.is_empty;
  const period = view.period ?? workspace?.default_period ?? "all";
  const filters = Object.values(view.where).flat().length;

  const nav = (
    <nav aria-label="Pages" className={classes.nav}>
      {PAGES.map((page) => (
        <Link key={page.path} href={href({ explain: null }, page.path)} title={page.question} aria-current={page.owns(path) ? "page" : undefined} onClick={menu.close}>
          {page.label}
        </Link>
      ))}
    </nav>
  );
  const choices = isReady ? (
    <>
      <Choice name="Compare" value={view.compare} options={compareOptions(period, workspace.months, view.compare)} onChange={(compare) => update({ compare })} />
      <Choice name="Basis" value={view.basis} options={BASES.map((basis) => ({ value: basis, label: capital(basis), about: BASIS_WORDS[basis] ?? "" }))} onChange={(basis) => update({ basis: basis as View["basis"] })} />
      {workspace.currencies.length > 1 ? (
        <Choice name="Currency" value={view.currency ?? workspace.currency} options={workspace.currencies.map((currency) => ({ value: currency, label: currency }))} onChange={(currency) => update({ currency: currency === workspace.currency ? null : currency })} />
      ) : null}
    </>
  ) : null;
  const asOf = isReady ? <span className={classes.asOf} title={`The figures were worked out at ${instant(workspace.generated_at)}`}>As of {instant(workspace.generated_at)}</span> : null;
  const picker = isReady ? <PeriodPicker period={period} months={workspace.months} onChange={(next) => update({ period: next })} /> : null;

  return (
    <div className={classes.shell}>
      <a href="#main" className={classes.skip}>Skip to the figures</a>
      <header className={classes.header}>
        <div className={classes.bar}>
          {isNarrow ? <Burger opened={isMenuOpen} onClick={menu.toggle} size="sm" aria-label="Menu" aria-expanded={isMenuOpen} /> : null}
          <Link href={href({ explain: null }, "/")} className={classes.brand} aria-label="spendmap, to the overview">
            <img src="/favicon.svg" alt="" width={24} height={24} />
            <span>spendmap</span>
          </Link>
          {workspace?.name ? <span className={classes.workspace} title={`Workspace ${workspace.name}`}>{workspace.name}</span> : null}
          {isNarrow ? null : nav}
          <div className={classes.actions}>
            {isReady && !isPhone ? <><ShareButton /><ExportMenu view={view} /></> : null}
            <SchemeToggle />
          </div>
        </div>
        {isReady ? (
          <div className={classes.controls} role="group" aria-label="What the figures cover">
            {picker}
            {isPhone ? (
              <button type="button" className={classes.control} onClick={filter.open} aria-haspopup="dialog">
                <Icon name="filter" size={14} />
                <span className={classes.controlValue}>{filters ? `Options (${filters})` : "Options"}</span>
              </button>
            ) : (
              <>
                {choices}
                <FilterButton workspace={workspace} where={view.where} onChange={(where) => update({ where })} />
                {asOf}
              </>
            )}
          </div>
        ) : null}
        {isReady ? (
          <FilterChips workspace={workspace} where={view.where} onChange={(where) => update({ where })} />
        ) : null}
      </header>
      <p className={classes.printLine}>
        {workspace?.name}: {periodLabel(period)}, {view.basis} cost, {view.currency ?? workspace?.currency}; as of {instant(workspace?.generated_at ?? null)}
      </p>

      <main id="main" className={classes.main} tabIndex={-1}>{children}</main>

      <Sheet name="Menu" closes="Close the menu" opened={isNarrow === true && isMenuOpen} onClose={menu.close} size="260px">
        {nav}
        {isReady && isPhone ? <div className={classes.drawerActions}><ShareButton /><ExportMenu view={view} /></div> : null}
      </Sheet>
      {isReady ? (
        <Sheet name="What the figures cover" closes="Close the options" opened={isPhone === true && isFilterOpen} onClose={filter.close} position="bottom" size="85%">
          <div className={classes.drawerChoices}>{choices}</div>
          <FilterFields workspace={workspace} where={view.where} onChange={(where) => update({ where })} />
          {asOf}
        </Sheet>
      ) : null}
    </div>
  );
}
