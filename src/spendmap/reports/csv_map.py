"""The map as CSV: one line per group, each saying its basis, currency, period and evidence.

Every line stands on its own, so a sheet that is cut or pasted still says what its figures are. There is
no total line: adding the column gives the total.
A text cell that a spreadsheet would run as a formula is written with an apostrophe before it.
"""

from __future__ import annotations

import csv
import io

from spendmap.reports.spend_map import SpendMapReport
from spendmap.vocabulary.evidence import EVIDENCE_GRADES
from spendmap.vocabulary.money import money_text

_FORMULA_STARTS = (*"=+-@", *"＝＋－＠﹦﹢﹣﹫", "|", "%")
"""Signs that begin a formula in some spreadsheet, in their usual, full and small widths."""
_HIDING = frozenset("\t\r\n\v\f\0")
_BLANKS = " \u00a0\u3000\u200b\ufeff\t\r\n\v\f\0"


def safe_cell(text: str) -> str:
    """Text that no spreadsheet runs as a formula. Only for text cells: a negative amount keeps its sign."""
    return "'" + text if text[:1] in _HIDING or text.lstrip(_BLANKS).startswith(_FORMULA_STARTS) else text


def csv_map(report: SpendMapReport) -> str:
    """The report's rows as RFC 4180 text, header first. An unknown amount is an empty cell, never 0."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    names = [column for name in report.by for column in (name, f"{name}_label")]
    before = report.compare.label if report.compare else ""
    conditions = "; ".join(f"{name}={'|'.join(values)}" for name, values in report.where.items())
    writer.writerow(
        ["period", "scope", "basis", "currency", "conditions", *names, "cost", "compared_period", "compared_cost"]
        + [f"cost_{grade}" for grade in EVIDENCE_GRADES]
        + ["cost_evidence_unknown", "rows", "unpriced_rows", "missing_rows", "as_of"]
    )
    for row in report.rows:
        cells = [cell for name in report.by for cell in (row.keys[name] or "", row.labels[name])]
        grades = [money_text(row.by_evidence.get(grade)) or "" for grade in (*EVIDENCE_GRADES, "")]
        amounts = (money_text(row.cost) or "", safe_cell(before), money_text(row.previous_cost) or "")
        writer.writerow(
            [report.period.label, "ai", f"{report.basis}_cost", report.currency, safe_cell(conditions)]
            + [safe_cell(cell) for cell in cells]
            + [*amounts, *grades, row.rows, row.unpriced_rows, row.missing_rows, report.as_of or ""]
        )
    return out.getvalue()
