"""Write the golden documents of Larch, which pytest and the TypeScript tests both read.

Run after a wanted change of a report, and read the difference: python tests/reports/write_golden.py
"""

from __future__ import annotations

import json
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from published_company import publish, serve_calls

from spendmap.reports.category import category_report
from spendmap.reports.explain import explain
from spendmap.reports.figures import document
from spendmap.reports.filters import ask
from spendmap.reports.flow import flow_report
from spendmap.reports.months import months_report
from spendmap.reports.origin_rows import origin_rows
from spendmap.reports.overview import overview
from spendmap.reports.read_model import ReadModel
from spendmap.reports.spend_map import spend_map

GOLDEN = Path(__file__).resolve().parent.parent / "golden"
TODAY = date(2026, 11, 21)


def golden_documents(model: ReadModel) -> dict[str, Any]:
    """Every golden document by file name."""
    question = ask(model, today=TODAY)
    by_vendor = ask(model, today=TODAY, by=("vendor",), basis="billed")
    found = {
        "larch_workspace": overview(model, "Larch", TODAY),
        "larch_map": spend_map(model, question),
        "larch_map_billed_by_vendor": spend_map(model, by_vendor),
        "larch_months": months_report(model, question),
        "larch_flow": flow_report(model, question),
        "larch_category_internal_tools": category_report(model, question, "internal_tools", "tool"),
        "larch_category_overlap": category_report(model, question, "overlap", "vendor"),
        "larch_explain_total": explain(model, question, "total"),
        "larch_explain_rows": origin_rows(model, "g-gpt5"),
    }
    return {name: document(report) for name, report in found.items()}


def golden_text(content: Any) -> str:
    """A document as it is committed."""
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        serve_calls(patch)
        for name, content in golden_documents(ReadModel.open(publish(Path(folder)))).items():
            (GOLDEN / f"{name}.json").write_text(golden_text(content), encoding="utf-8")
