"""A workspace with an empty register, and a way to apply text to it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from spendmap.register.apply import Applied, apply_register
from spendmap.register.store import Register

OCTOBER = datetime(2026, 10, 1, 9, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 2, 9, tzinfo=UTC)

COMPANY = """\
departments:
  - {id: support, name: Support, owner: Ada Byron, headcount: 12, cost_center: cc-1}
cost_centers:
  - {id: cc-1, name: Support cost, department: support, nature: hybrid, cogs_share: 0.6, gl_account: 6420}
vendors:
  - id: northwind-ai
    name: Northwind AI
    aliases: [NORTHWIND AI LTD]
    accounts:
      - {id: main, name: Main, invoice_lag_months: 1, keys: [{billing_account_id: "0012"}]}
labour_rates:
  - {id: reviewer-2026, role: reviewer, hourly_rate: "85.00", currency: EUR, valid_from: 2026-01-01}
tools:
  - id: chat
    name: Chat
    vendor: northwind-ai
    vendor_account: main
    monthly_budget: 85.50
    owner:
      - {value: Ada Byron, to: 2026-07-01}
      - {value: Bo Diaz, from: 2026-07-01, evidence: note of the June board}
    keys:
      - {api_key_id: key_1, from: 2026-01-01}
      - {tags.team: Blue, environment: [prod, production]}
use_cases:
  - {id: triage, name: Support ticket triage, owner: Ada Byron, department: support, nature: cogs}
sources:
  - {id: gateway, kind: litellm_spendlogs, location: logs/, settings: {compact: true, zone: UTC}}
"""


def apply_text(
    register: Register,
    folder: Path,
    text: str,
    *,
    now: datetime = OCTOBER,
    effective: date | None = None,
    prune: bool = False,
    vendors: tuple[str, ...] = (),
) -> Applied:
    """Apply `text` as a file called company.yaml."""
    file = folder / "company.yaml"
    file.write_text(text, encoding="utf-8")
    return apply_register(register, file, actor="ada", now=now, effective=effective, prune=prune, known_vendors=vendors)
