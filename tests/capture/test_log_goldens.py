"""What each log connector yields for the log files beside this test, cell by cell, as written down once.

To write the goldens anew after a change that is meant: `SPENDMAP_WRITE_GOLDENS=1 pytest tests/capture/test_log_goldens.py`.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from log_files import DATA, read

GOLDEN = Path(__file__).parents[1] / "golden" / "capture"
FILES = {
    "claude_session.jsonl": "claude_code_jsonl",
    "odd_claude.jsonl": "claude_code_jsonl",
    "litellm_day.csv": "litellm_spendlogs",
    "odd_litellm.jsonl": "litellm_spendlogs",
    "otel_three_generations.jsonl": "otel_genai",
    "odd_otel.jsonl": "otel_genai",
}
"""The odd files hold lines with fields missing, moved, of a wrong type or beyond belief, and lines that are cut off."""


@pytest.mark.parametrize("name", FILES)
def test_a_log_file_yields_the_rows_and_rejects_it_always_did(name: str) -> None:
    seen = told(FILES[name], DATA / name)
    golden = GOLDEN / f"{Path(name).stem}.json"
    if os.environ.get("SPENDMAP_WRITE_GOLDENS"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(json.dumps(seen, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert seen == json.loads(golden.read_text(encoding="utf-8"))


def told(kind: str, file: Path) -> dict[str, Any]:
    """Everything a connector tells of a file, as JSON: one text per row, with the cells that are not NULL."""
    outcome = read(kind, file)
    return {
        "rows_read": outcome.rows_read,
        "rows_duplicate": outcome.rows_duplicate,
        "format_version": outcome.context.format_version,
        "raw_sums": {
            currency: {k: str(v) for k, v in sums.items()} for currency, sums in outcome.context.raw_sums.items()
        },
        "rows": [
            " | ".join(f"{name}={value}" for name, value in sorted(row.items()) if value is not None)
            for row in outcome.rows
        ],
        "rejects": [f"{reject.line}:{reject.byte_offset}: {reject.reason}: {reject.row}" for reject in outcome.rejects],
    }
