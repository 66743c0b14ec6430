"""The map drawn in a terminal: headline, the strip of the eight categories, what is not in it.

Amounts are rounded to cents for reading only; `--json` and `--csv` hold every digit. Colour repeats what
words and signs say, and is off when nobody watches (a pipe, NO_COLOR).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from spendmap.cli.map_unsettled import unsettled_lines
from spendmap.cli.say import amount
from spendmap.reports.dimensions import words
from spendmap.reports.figures import ZERO, minus, share_of, sum_known
from spendmap.reports.spend_map import Covered, SpendMapReport

PIPE_WIDTH = 120
NARROW, WIDE, WITH_VENDORS = 70, 90, 115  # columns from which comparison, bar and evidence, and vendors are drawn
BAR = 10
SHORT = {"invoiced": "inv", "metered": "met", "contracted": "con", "estimated": "est", "declared": "dec", "": "?"}


def print_map(report: SpendMapReport, name: str, *, limit: int) -> None:
    """Draw the report on stdout. `limit` groups are printed, 0 prints all."""
    console = _console()
    _headline(console, report, name)
    if not report.is_captured:
        _nothing(console, report)
        return
    if report.by == ["category"]:
        _strip(console, report)
    else:
        _groups(console, report, limit)
    _beside(console, report)
    for note in report.notes:
        console.print(Text("Note: " + note, style="yellow"))


def _console() -> Console:
    if sys.stdout.isatty():
        return Console(highlight=False)
    columns = os.environ.get("COLUMNS", "")
    width = int(columns) if columns.isdigit() and int(columns) >= 40 else PIPE_WIDTH
    return Console(highlight=False, width=width, no_color=True, force_terminal=False)


def percent(share: Decimal | None) -> str:
    """A share as whole percents; `<1 %` and `>99 %` rather than a rounded 0 or 100."""
    if share is None:
        return "-"
    if ZERO < share < Decimal("0.005"):
        return "<1%"
    if Decimal("0.995") <= share < 1:
        return ">99%"
    return f"{share * 100:.0f}%"


def evidence(mix: Mapping[str, Decimal]) -> str:
    """Grades by their share of the money, best grade first."""
    whole = sum_known(mix.values())
    if len(mix) == 1:
        return next(iter(mix)) or "not stated"
    return " ".join(f"{SHORT.get(grade, grade)} {percent(share_of(cost, whole))}" for grade, cost in mix.items())


def change(now: Decimal | None, before: Decimal | None) -> str:
    """`+95.00 (+19%)`; `new` where there was nothing, a dash where there is nothing to compare."""
    delta = minus(now, before)
    if delta is None:
        return "-"
    if not delta:
        return "0.00"
    if not before:
        return "new"
    relative = share_of(delta, abs(before))
    return f"{delta:+,.2f}" + (f" ({relative * 100:+.0f}%)" if relative is not None else "")


def bar(cost: Decimal | None, most: Decimal, console: Console) -> str:
    """Length by money, the biggest row being full."""
    if cost is None or cost <= 0 or most <= 0:
        return ""
    plain = not console.encoding.lower().startswith("utf")
    eighths = int(cost * BAR * 8 / most)
    if plain:
        return "#" * max(1, eighths // 8)
    return "█" * (eighths // 8) + (" ▏▎▍▌▋▊▉"[eighths % 8].strip() or ("▏" if eighths == 0 else ""))


def _headline(console: Console, report: SpendMapReport, name: str) -> None:
    where = "".join(
        f", {words(key)} {'/'.join(value or '(unknown)' for value in values)}" for key, values in report.where.items()
    )
    console.print(Text(f"AI spend of {name}, {report.period.label}{where}", style="bold"))
    if not report.is_captured:
        return
    total = Text(f"{amount(report.total)} {report.currency}", style="bold")
    if report.compare and report.previous_total is not None:
        total.append(
            f"  {change(report.total, report.previous_total)} against {report.compare.label}", style="not bold"
        )
    console.print(total)
    cover = report.coverage
    console.print(
        f"{report.basis} cost · evidence: {evidence(report.by_evidence) or 'none'} · owned {_cover(cover.owned)}"
        f" · allocated {_cover(cover.allocated)} · as of {report.as_of or 'never'}"
    )
    console.print()


def _nothing(console: Console, report: SpendMapReport) -> None:
    """A period without a row: a table of zeros would say that nothing was spent, which nobody knows."""
    console.print(f"unknown: nothing is captured for {report.period.label} in {report.currency}\n")
    for each in report.other_currencies:
        console.print(
            f"{each.currency}  ai {amount(each.ai)}, not_ai {amount(each.not_ai)}, covered {amount(each.covered)}"
        )
    for note in report.notes:
        console.print(Text("Note: " + note, style="yellow"))


def _cover(part: Covered) -> str:
    return percent(part.share)


def _table(console: Console, report: SpendMapReport, names: Sequence[str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", show_edge=False)
    for name in names:
        table.add_column(name, no_wrap=len(names) == 1, overflow="fold")
    if console.width >= WIDE:
        table.add_column("", no_wrap=True, min_width=BAR)
    table.add_column(report.currency, justify="right", no_wrap=True, min_width=max(8, len(amount(report.total))))
    table.add_column("Share", justify="right", no_wrap=True, min_width=5)
    if report.compare and console.width >= NARROW:
        table.add_column(f"vs {report.compare.label}", justify="right", no_wrap=True, min_width=14)
    if console.width >= WIDE:
        table.add_column("Evidence", overflow="fold", min_width=16)
    return table


def _cells(
    console: Console,
    report: SpendMapReport,
    names: Sequence[str],
    cost: Decimal | None,
    before: Decimal | None,
    mix: Mapping[str, Decimal],
    most: Decimal,
    *,
    share: bool = True,
) -> list[str | Text]:
    cells: list[str | Text] = list(names)
    if console.width >= WIDE:
        cells.append(Text(bar(cost, most, console), style="cyan" if share else "dim"))
    cells += [amount(cost), percent(share_of(cost, report.total)) if share else "lens"]
    if report.compare and console.width >= NARROW:
        cells.append(change(cost, before))
    if console.width >= WIDE:
        cells.append(evidence(mix) if mix else "-")
    return cells


def _strip(console: Console, report: SpendMapReport) -> None:
    table = _table(console, report, ["Category"])
    if console.width >= WITH_VENDORS:
        table.add_column("Top vendors", overflow="fold", min_width=20)
    most = max((row.cost or ZERO for row in report.strip), default=ZERO)
    for row in report.strip:
        if not row.rows and row.previous_cost in {None, ZERO}:
            cells = _cells(console, report, [row.label], ZERO, None, {}, most, share=row.is_additive)
            cells[cells.index(amount(ZERO))] = Text("nothing", style="dim")
        else:
            cells = _cells(
                console, report, [row.label], row.cost, row.previous_cost, row.by_evidence, most, share=row.is_additive
            )
        if console.width >= WITH_VENDORS:
            cells.append(", ".join(each.label for each in row.top))
        table.add_row(*cells)
    _total_row(console, report, table, 1)
    console.print(table)
    console.print()


def _groups(console: Console, report: SpendMapReport, limit: int) -> None:
    table = _table(console, report, [words(name).capitalize() for name in report.by])
    shown = report.rows[:limit] if limit > 0 else report.rows
    most = max((row.cost or ZERO for row in shown), default=ZERO)
    for row in shown:
        labels = [row.labels[name] for name in report.by]
        table.add_row(*_cells(console, report, labels, row.cost, row.previous_cost, row.by_evidence, most))
    if rest := report.rows[len(shown) :]:
        cost, before = sum_known(row.cost for row in rest), sum_known(row.previous_cost for row in rest)
        names = [f"{len(rest)} more (--limit 0, --json, --csv)", *[""] * (len(report.by) - 1)]
        table.add_row(
            *_cells(console, report, names, cost, before if report.previous_total is not None else None, {}, most)
        )
    _total_row(console, report, table, len(report.by))
    console.print(table)
    console.print()


def _total_row(console: Console, report: SpendMapReport, table: Table, width: int) -> None:
    names = ["Total", *[""] * (width - 1)]
    cells = _cells(console, report, names, report.total, report.previous_total, report.by_evidence, ZERO)
    table.add_row(*cells, style="bold")


def _beside(console: Console, report: SpendMapReport) -> None:
    """What the total does not say by itself. Each line is there even at zero: silence is not an answer."""
    money = report.currency
    lines = [
        ("Unpriced", _unpriced(report)),
        (
            "Unclassified",
            f"{amount(report.unclassified.cost)} {money} in {report.unclassified.rows} rows, in the total",
        ),
        (
            "Unallocated",
            f"{amount(report.unallocated.cost)} {money} ({percent(report.unallocated.share)})"
            " tied to no use case, agent, tool or department",
        ),
        *unsettled_lines(report),
        ("Overlap", _overlap(report)),
        (
            "Captured",
            f"{amount(report.captured.total)} {money} = ai {amount(report.captured.ai)}"
            f" + not_ai {amount(report.captured.not_ai)} + covered {amount(report.captured.covered)}",
        ),
    ]
    if report.captured.settled_rows:
        rows = report.captured.settled_rows
        lines.append(
            ("Card settled", f"{amount(report.captured.settled)} {money} in {rows} rows: no purchase, in no sum above")
        )
    if report.not_ai_top:
        top = ", ".join(f"{each.supplier or 'unknown supplier'} {amount(each.cost)}" for each in report.not_ai_top[:3])
        lines.append(("Not AI?", f"biggest suppliers no rule calls AI: {top}"))
    lines += [
        (
            each.currency,
            f"ai {amount(each.ai)}, not_ai {amount(each.not_ai)}, covered {amount(each.covered)}: never added",
        )
        for each in report.other_currencies
    ]
    lines += [("Counted once", line) for line in report.precedence[:5]]
    if len(report.precedence) > 5:
        lines.append(("Counted once", f"... and {len(report.precedence) - 5} more accounts (--json)"))
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, line in lines:
        table.add_row(name, line)
    console.print(table)


def _unpriced(report: SpendMapReport) -> str:
    found = report.unpriced
    if not found.rows:
        return "none: every usage row has a price"
    parts = []
    if found.rows > found.work_rows:
        models = ", ".join(f"{each.provider or '?'}/{each.model or '?'} {each.rows:,}" for each in found.by_model[:3])
        more = f" and {len(found.by_model) - 3} more models" if len(found.by_model) > 3 else ""
        tokens = (found.input_tokens or 0) + (found.output_tokens or 0)
        what = f"{found.rows - found.work_rows:,} usage rows, {tokens:,} tokens ({models}{more})"
        parts.append(f"{what}: cost unknown. Add prices with `spendmap prices add`.")
    if found.work_rows:
        hours = "" if found.work_minutes is None else f", {amount(found.work_minutes / 60)} hours"
        parts.append(
            f"{found.work_rows:,} rows of people's work{hours}: cost unknown, no rate of the role. Declare it under "
            "`labour_rates` in the register, then `spendmap register apply register/`."
        )
    return " ".join(parts)


def _overlap(report: SpendMapReport) -> str:
    if not report.overlap.capabilities:
        return "none seen: no capability of the tools is bought from two vendors"
    capabilities = "; ".join(
        f"{each.capability}: {' + '.join(f'{tool.label} {amount(tool.cost)}' for tool in each.tools[:4])}"
        for each in report.overlap.capabilities[:3]
    )
    return f"{amount(report.overlap.cost)} {report.currency}, a lens, counted above already ({capabilities})"
