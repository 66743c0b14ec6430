"""What Fernhill declares about itself: the YAML in `company/`, read once, copied as it stands.

The truth is counted with the same declarations a reader sees: a use case's category, a tool's vendor and
capability, a role's dated rate.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from spendmap.sample.distributions import customer_shares

REGISTER_FILES = ("departments", "vendors", "tools", "agents", "use_cases", "plans")
RULE_FILES = ("fernhill", "splits")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _text(name: str) -> str:
    return (files("spendmap.sample") / "company" / name).read_text(encoding="utf-8")


def loaded(text: str) -> Any:
    """What a text of ours holds."""
    return yaml.load(text, Loader=_LOADER)


@cache
def declared(plural: str) -> dict[str, dict[str, Any]]:
    """Entities of one kind by id, as declared ("tools", "use_cases", ...)."""
    for name in REGISTER_FILES:
        document = loaded(_text(f"register/{name}.yaml"))
        if plural in document:
            return {str(entity["id"]): entity for entity in document[plural]}
    raise KeyError(plural)


@cache
def declared_sources() -> dict[str, dict[str, Any]]:
    """The sources by id, as declared."""
    return {str(source["id"]): source for source in loaded(_text("sources.yaml"))["sources"]}


@cache
def declared_splits() -> dict[str, dict[str, Any]]:
    """The splits of indirect cost by id, as declared."""
    return {str(split["id"]): split for split in loaded(_text("rules/splits.yaml"))["splits"]}


def write_declarations(out: Path) -> None:
    """Copy register, rules and the list of sources into `out`."""
    for name in REGISTER_FILES:
        _write(out / "register" / f"{name}.yaml", _text(f"register/{name}.yaml"))
    for name in RULE_FILES:
        _write(out / "rules" / f"{name}.yaml", _text(f"rules/{name}.yaml"))
    _write(out / "sources.yaml", _text("sources.yaml"))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


API_ACCOUNTS = {"openai": "openai/org-fernhill", "anthropic": "anthropic/anthropic-fernhill"}  # by provider


def account_of(tool: str) -> str:
    """Who bills a tool: vendor/account, or the vendor alone where the tool names no account."""
    found = declared("tools")[tool]
    account = found.get("vendor_account")
    return f"{found['vendor']}/{account}" if account else str(found["vendor"])


@cache
def hourly_cents(role: str, day: str) -> int:
    """US cents an hour of the role costs on that day.

    Raises:
        KeyError: no rate is declared for that role and day.
    """
    for entry in declared("labour_rates").values():
        until = entry["valid_to"]
        is_begun = entry["valid_from"].isoformat() <= day
        if entry["role"] == role and is_begun and (until is None or day < until.isoformat()):
            whole, _, part = str(entry["hourly_rate"]).partition(".")
            return int(whole) * 100 + int(part.ljust(2, "0"))
    raise KeyError(f"{role} on {day}")


@dataclass(frozen=True)
class Customer:
    """One customer account. `weight` is its share of the product's use, all accounts adding up to about 1."""

    id: str
    plan: str  # flat, premium or free_beta
    segment: str
    weight: float
    monthly_revenue: int  # US dollars for the assistant; 0 in the free beta
    joined: int  # index of the first month it uses the product


HEAVY_FLAT_CUSTOMER = "acct_0001"  # a heavy user whose old flat contract does not pay for its use
HEAVY_FLAT_REVENUE = 8_900  # US dollars a month; at scale 1 its model calls alone cost more in 2026


@cache
def customers() -> tuple[Customer, ...]:
    """240 accounts whose use is as uneven as the customers of a real service are.

    The measured shares of 43 customers are spread over 240: each stands for a handful, its weight
    falling by a fixed series. The free beta takes every fifth account.
    """
    shares = customer_shares()
    weights = [shares[rank % len(shares)] * (0.62 ** (rank // len(shares))) + 0.0009 for rank in range(240)]
    weights[0] *= 0.8  # the measured first customer alone is 30 %
    total = sum(weights)
    found = []
    for rank, weight in enumerate(weights):
        plan = "free_beta" if rank % 5 == 4 else "premium" if rank % 5 in (1, 3) and rank < 170 else "flat"
        segment = "enterprise" if rank < 40 else "mid_market" if rank < 130 else "smb"
        base = {"enterprise": 14200, "mid_market": 6900, "smb": 2400}[segment]
        revenue = 0 if plan == "free_beta" else base * (2 if plan == "premium" else 1) + (rank * 37) % 500
        revenue = HEAVY_FLAT_REVENUE if rank == 0 else revenue
        joined = 0 if rank < 150 else (rank - 150) // 8
        found.append(Customer(f"acct_{rank + 1:04d}", plan, segment, weight / total, revenue, joined))
    return tuple(found)
