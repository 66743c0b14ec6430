"""Larch: a made-up firm of a dozen bookings whose whole map is worked out by hand.

October 2026, USD, scope ai, effective cost (what each row says is beside it):

    infrastructure       900.00 aws GPUs  - 100.00 aws credit                      =  800.00
    product_inference    250.10 openai gpt-5, metered  + 49.90 openai, dark        =  300.00
    internal_tools       450.00 ChatGPT + 120.00 Claude seats + 30.00 note taker   =  600.00
    agents                80.000000000001 anthropic + acme-lm calls with no price  =   80.000000000001
    data_preparation     200.00 labelling                                          =  200.00
    evaluation            75.25 judging, 90 minutes                                =   75.25
    human_review         310.75 reviewing, 240 minutes                             =  310.75
    unclassified          15.00 replicate                                          =   15.00
                                                                             total = 2381.000000000001
    not_ai  5000.00 rent + 12.50 a supplier whose name is a spreadsheet formula    = 5012.50
    covered  300.00 the card payment to openai that the export already counts
    EUR       40.00 mistral (ai), 10.00 (not_ai): never added

September 2026: 700 aws, 200 openai, 450 ChatGPT, 55 a tool that is gone in October = 1405.00; 5000 rent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from spendmap.allocation.row_prices import GroupRows, rows_of_group
from spendmap.ledger.columns import SQL_TYPE
from spendmap.ledger.tables import TABLES
from spendmap.published import Version
from spendmap.published.columns import MONTH_COLUMNS, OWN_COLUMNS
from spendmap.reports import origin_rows

Row = dict[str, Any]
_BASES = ("list", "contracted", "effective", "billed")


@dataclass(frozen=True)
class Folder:
    """Stands for a workspace: what the reports and the server need of one."""

    root: Path
    name: str = "Larch"
    currency: str = "USD"


def _row(key: str, month: str, scope: str, category: str | None, costs: Sequence[str | None], **more: Any) -> Row:
    """One allocation row; `costs` are list, contracted, effective, billed."""
    row: Row = dict.fromkeys(TABLES["allocation"].names)
    row |= {
        "allocation_id": f"a-{key}",
        "billing_month": month,
        "source_name": "bills",
        "charge_date": f"{month}-05",
        "origin": "charge",
        "origin_key": key,
        "scope": scope,
        "category": category,
        "layer": "direct",
        "method": "whole",
        "scope_rule": "shipped-ai",
        "currency": "USD",
        "evidence": "invoiced",
        "usage_rows": 0,
        "unpriced_rows": 0,
        **{f"{basis}_cost": cost for basis, cost in zip(_BASES, costs, strict=True)},
        **more,
    }
    return row


OCT, SEP = "2026-10", "2026-09"
_AWS = {"vendor": "aws", "vendor_account": "111", "supplier_name": "Amazon Web Services", "service_name": "Amazon EC2"}
_AWS |= {"department": "platform", "cost_center": "cc-10", "owner": "dana", "category_rule": "gpu-families"}
_OPENAI = {"vendor": "openai", "vendor_account": "org-1", "provider_name": "openai", "source_name": "openai-usage"}
_BOT = {"use_case": "support_bot", "department": "support", "cost_center": "cc-20", "owner": "ines"}
_METERED = {"origin": "usage", "method": "metered", "category_rule": "usage-production"}
_TRIAGE = {"agent": "triage", "department": "support", "owner": "ines", "source_name": "gateway", "evidence": "metered"}
_SEAT = {"origin": "utilization", "evidence": "contracted", "department": "sales", "source_name": "seats"}
_WORK = {"origin": "activity", "evidence": "declared", "layer": "labour", "method": "rate", "source_name": "timesheets"}

ALLOCATION: tuple[Row, ...] = (
    _row("gpu", OCT, "ai", "infrastructure", ("1200", "1000", "900", "1000"), **_AWS),
    _row("gpu-credit", OCT, "ai", "infrastructure", ("-100", "-100", "-100", "-100"), **_AWS),
    _row(
        "g-gpt5",
        OCT,
        "ai",
        "product_inference",
        ("300.10", "300.10", "250.10", "250.10"),
        **_OPENAI,
        **_BOT,
        **_METERED,
        model="gpt-5",
        usage_rows=2,
        input_tokens=1_000_000,
        output_tokens=200_000,
        attribution_rule="use-case-support-bot",
    ),
    _row(
        "g-dark",
        OCT,
        "ai",
        "product_inference",
        (None, None, "49.90", "49.90"),
        **_OPENAI | {"source_name": "bills"},
        method="dark",
    ),
    _row(
        "g-claude",
        OCT,
        "ai",
        "agents",
        ("80.000000000001", "80.000000000001", "80.000000000001", None),
        **_TRIAGE,
        **_METERED,
        vendor="anthropic",
        provider_name="anthropic",
        model="claude-x",
        usage_rows=1,
        input_tokens=300,
        output_tokens=40,
    ),
    _row(
        "g-acme",
        OCT,
        "ai",
        "agents",
        (None, None, None, None),
        **_TRIAGE,
        **_METERED,
        vendor="acme",
        provider_name="acme",
        model="acme-lm",
        usage_rows=3,
        unpriced_rows=3,
        input_tokens=5000,
        output_tokens=700,
    ),
    _row(
        "seat-chatgpt",
        OCT,
        "ai",
        "internal_tools",
        ("500", "450", "450", None),
        **_SEAT,
        vendor="openai",
        tool="chatgpt_team",
    ),
    _row(
        "seat-claude",
        OCT,
        "ai",
        "internal_tools",
        ("120", "120", "120", None),
        **_SEAT,
        vendor="anthropic",
        tool="claude_team",
        owner="omar",
    ),
    _row(
        "notes",
        OCT,
        "ai",
        "internal_tools",
        ("30", "30", "30", "30"),
        vendor="otter",
        tool="notetaker",
        department="sales",
        supplier_name="Otter",
    ),
    _row(
        "labels",
        OCT,
        "ai",
        "data_preparation",
        ("200", "200", "200", "200"),
        vendor="labelco",
        department="data",
        owner="dana",
    ),
    _row("judging", OCT, "ai", "evaluation", (None, "75.25", "75.25", None), **_WORK, department="data", minutes="90"),
    _row("reviewing", OCT, "ai", "human_review", (None, "310.75", "310.75", None), **_WORK, **_BOT, minutes="240"),
    _row(
        "replicate", OCT, "ai", "unclassified", ("15", "15", "15", "15"), vendor="replicate", supplier_name="Replicate"
    ),
    _row(
        "rent", OCT, "not_ai", None, (None, None, "5000", "5000"), supplier_name="Office Rent Ltd", scope_rule="default"
    ),
    _row("formula", OCT, "not_ai", None, (None, None, "12.5", "12.5"), supplier_name="=1+1", scope_rule="default"),
    _row(
        "card-openai",
        OCT,
        "covered",
        None,
        (None, None, "300", "300"),
        vendor="openai",
        supplier_name="OPENAI *CHATGPT",
        scope_rule="covered",
    ),
    _row("mistral", OCT, "ai", "product_inference", ("40", "40", "40", "40"), vendor="mistral", currency="EUR"),
    _row(
        "eur-desk",
        OCT,
        "not_ai",
        None,
        (None, None, "10", "10"),
        supplier_name="Desk GmbH",
        currency="EUR",
        scope_rule="default",
    ),
    _row("gpu-sep", SEP, "ai", "infrastructure", ("700", "700", "700", "700"), **_AWS),
    _row(
        "g-gpt5-sep",
        SEP,
        "ai",
        "product_inference",
        ("200", "200", "200", "200"),
        **_OPENAI,
        **_BOT,
        **_METERED,
        model="gpt-5",
        usage_rows=1,
        input_tokens=600_000,
        output_tokens=90_000,
    ),
    _row(
        "seat-chatgpt-sep",
        SEP,
        "ai",
        "internal_tools",
        ("500", "450", "450", None),
        **_SEAT,
        vendor="openai",
        tool="chatgpt_team",
    ),
    _row(
        "old",
        SEP,
        "ai",
        "internal_tools",
        ("55", "55", "55", "55"),
        vendor="oldvendor",
        tool="old_tool",
        department="sales",
    ),
    _row(
        "rent-sep",
        SEP,
        "not_ai",
        None,
        (None, None, "5000", "5000"),
        supplier_name="Office Rent Ltd",
        scope_rule="default",
    ),
)


_PRICED = (
    "group_key", "list_cost", "contracted_cost", "currency", "price_ids", "contract_price_key", "price_model",
    "unpriced_reason",
)  # fmt: skip
"""What pricing adds to a row of usage."""


def _usage(key: str, group: str, load: str, line: int, at: str, model: str, cost: str | None, **more: Any) -> Row:
    row: Row = dict.fromkeys((*TABLES["usage"].names, *_PRICED))
    row |= {
        "natural_key": key,
        "group_key": group,
        "load_id": load,
        "source_file": f"{load}.jsonl",
        "source_line": line,
    }
    row |= {"charge_period_start": at, "billing_month": at[:7], "request_model": model, "response_model": model}
    row |= {"list_cost": cost, "currency": "USD", "source_name": "openai-usage", "service_tier": "standard", **more}
    return row


_GPT5 = {"provider_name": "openai", "price_model": "gpt-5", "price_ids": "p-in,p-out"}
_ACME = {"provider_name": "acme", "source_name": "gateway", "unpriced_reason": "no price for acme/acme-lm"}
USAGE_PRICED: tuple[Row, ...] = (
    _usage(
        "u1",
        "g-gpt5",
        "L-openai",
        4,
        "2026-10-05 08:00:00",
        "gpt-5",
        "200.10",
        **_GPT5,
        input_uncached=700_000,
        output=100_000,
    ),
    _usage(
        "u2",
        "g-gpt5",
        "L-openai",
        5,
        "2026-10-05 09:00:00",
        "gpt-5",
        "100.00",
        **_GPT5,
        input_uncached=300_000,
        output=100_000,
    ),
    _usage(
        "u3",
        "g-gpt5-sep",
        "L-openai-sep",
        1,
        "2026-09-05 09:00:00",
        "gpt-5",
        "200",
        **_GPT5,
        input_uncached=600_000,
        output=90_000,
    ),
    _usage(
        "u4",
        "g-claude",
        "L-gateway",
        1,
        "2026-10-05 10:00:00",
        "claude-x",
        "80.000000000001",
        provider_name="anthropic",
        source_name="gateway",
        price_ids="p-claude",
        price_model="claude-x",
        input_uncached=300,
        output=40,
    ),
    _usage(
        "u5", "g-acme", "L-gateway", 2, "2026-10-05 11:00:00", "acme-lm", None, **_ACME, input_uncached=1000, output=100
    ),
    _usage(
        "u6", "g-acme", "L-gateway", 3, "2026-10-05 12:00:00", "acme-lm", None, **_ACME, input_uncached=2000, output=300
    ),
    _usage(
        "u7", "g-acme", "L-gateway", 4, "2026-10-05 13:00:00", "acme-lm", None, **_ACME, input_uncached=2000, output=300
    ),
)


def shapes(calls: Sequence[Row]) -> tuple[Row, ...]:
    """Each call as a shape of its own."""
    kept = dict.fromkeys(OWN_COLUMNS["usage_shape"])
    counted = {"copies": 1, "usage_rows": 1}
    return tuple(
        kept | {name: value for name, value in row.items() if name in kept} | counted | {"shape": number}
        for number, row in enumerate(calls, start=1)
    )


def people(calls: Sequence[Row]) -> tuple[Row, ...]:
    """Who made each call."""
    return tuple({name: row[name] for name in OWN_COLUMNS["usage_person"]} for row in calls if row["principal_id"])


def calls_behind(version: Version, group_key: str) -> GroupRows:
    """Larch's calls stand here, without a ledger to price them from; any other company's are worked out."""
    if not any(str(path).endswith("-usage_shape.parquet") for path in version.paths("usage_shape")):
        return rows_of_group(version, group_key)
    own = [row for row in USAGE_PRICED if row["group_key"] == group_key]
    return GroupRows(pa.Table.from_pylist([_stored(row) for row in own]))


def _stored(row: Row) -> Row:
    """A call as it would be read from a table."""
    costs = {name: row[name] and Decimal(row[name]) for name in ("list_cost", "contracted_cost")}
    return row | costs | {"charge_period_start": datetime.fromisoformat(row["charge_period_start"])}


def serve_calls(patch: pytest.MonkeyPatch) -> None:
    """Let `origin_rows` find Larch's calls."""
    patch.setattr(origin_rows, "rows_of_group", calls_behind)


def _captured(table: str, key: str, load: str, line: int, source: str, **more: Any) -> Row:
    row: Row = dict.fromkeys(TABLES[table].names)
    row |= {
        "natural_key": key,
        "load_id": load,
        "source_file": f"{load}.csv",
        "source_line": line,
        "source_name": source,
    }
    row |= {"billing_month": OCT, "charge_period_start": "2026-10-05 00:00:00", "evidence": "invoiced", **more}
    return row


CHARGE: tuple[Row, ...] = (
    _captured(
        "charge",
        "gpu",
        "L-bills",
        2,
        "bills",
        billing_currency="USD",
        statement="cost_export",
        effective_cost="900",
        list_cost="1200",
        contracted_cost="1000",
        billed_cost="1000",
        charge_description="p5.48xlarge hours",
    ),
    _captured(
        "charge", "replicate", "L-bills", 9, "bills", billing_currency="USD", statement="payment", effective_cost="15"
    ),
)
ACTIVITY: tuple[Row, ...] = (
    _captured(
        "activity",
        "reviewing",
        "L-time",
        3,
        "timesheets",
        activity_kind="review",
        role="agent",
        minutes="240",
        evidence="declared",
    ),
)
UTILIZATION: tuple[Row, ...] = (
    _captured(
        "utilization",
        "seat-chatgpt",
        "L-seats",
        2,
        "seats",
        resource_kind="seat",
        product="ChatGPT Team",
        provisioned_quantity="15",
        used_quantity="11",
        unit="seats",
        contracted_unit_price="30",
        evidence="contracted",
    ),
)


def _price(price_id: str, provider: str, model: str, meter: str, amount: str) -> Row:
    row: Row = dict.fromkeys(TABLES["price"].names)
    row |= {"price_id": price_id, "provider": provider, "model": model, "meter": meter, "list_unit_price": amount}
    row |= {"service_tier": "standard", "region_scope": "", "contract": "", "currency": "USD", "basis": "documented"}
    row |= {
        "valid_from": "2026-01-01 00:00:00",
        "valid_to": "9999-12-31 00:00:00",
        "window_start_s": 0,
        "window_end_s": 86400,
    }
    row |= {"window_weekdays": 127, "input_from": 0, "input_to": 9223372036854775807, "catalogue": "by hand"}
    row |= {
        "recorded_at": "2026-11-01 00:00:00",
        "source_url": "https://example.com/prices",
        "checked_on": "2026-11-01",
    }
    return row


PRICE = (
    _price("p-in", "openai", "gpt-5", "input_uncached", "0.0002"),
    _price("p-out", "openai", "gpt-5", "output", "0.0005"),
    _price("p-claude", "anthropic", "claude-x", "output", "0.2"),
)


def _load(load: str, source: str, kind: str, table: str, rows: int) -> Row:
    row: Row = dict.fromkeys(TABLES["load"].names)
    row |= {"load_id": load, "source_name": source, "kind": kind, "table_name": table, "file_name": f"{load}.csv"}
    row |= {"file_sha256": "ab" * 32, "file_bytes": 100, "rows_read": rows, "rows_loaded": rows, "rows_duplicate": 0}
    row |= {"rows_quarantined": 0, "rows_replaced": 0, "captured": "{}", "rounding_difference": "{}"}
    row |= {"observed_at": "2026-11-02 06:00:00", "owner": "dana"}
    return row


LOAD = (
    _load("L-openai", "openai-usage", "openai_usage", "usage", 2),
    _load("L-openai-sep", "openai-usage", "openai_usage", "usage", 1),
    _load("L-gateway", "gateway", "litellm", "usage", 4),
    _load("L-bills", "bills", "focus", "charge", 2),
    _load("L-time", "timesheets", "timesheets_csv", "activity", 1),
    _load("L-seats", "seats", "seats_csv", "utilization", 1),
)

META: dict[str, Any] = {
    "generated_at": "2026-11-02T06:30:00Z",
    "currency": "USD",
    "currencies": ["USD", "EUR"],
    "months": [SEP, OCT],
    "precedence": ["openai org-1, 2026-10: the cost export counts; its card payment is covered."],
    "labels": {
        "vendor": {"aws": "Amazon Web Services", "openai": "OpenAI", "anthropic": "Anthropic"},
        "department": {"support": "Customer support", "platform": "Platform", "legal": "Legal"},
        "tool": {"chatgpt_team": "ChatGPT Team", "claude_team": "Claude Team"},
        "use_case": {"support_bot": "Support bot"},
    },
    "capabilities": {
        "tool": {"chatgpt_team": "assistant", "notetaker": "meeting notes"},
        "vendor": {"anthropic": "assistant"},
    },
    "rules": {
        "shipped-ai": {"why": "The vendor sells AI.", "source": "https://example.com/ai", "then": {"scope": "ai"}},
        "gpu-families": {"why": "GPU instances.", "source": None, "then": {"category": "infrastructure"}},
    },
    "owners": {"agent": {"triage": "ines"}},
}

_LEDGER: dict[str, tuple[Sequence[Row], Mapping[str, str] | None]] = {
    "allocation": (ALLOCATION, None),
    "usage_shape": (shapes(USAGE_PRICED), OWN_COLUMNS["usage_shape"]),
    "usage_person": (people(USAGE_PRICED), OWN_COLUMNS["usage_person"]),
    "charge": (CHARGE, None),
    "activity": (ACTIVITY, None),
    "utilization": (UTILIZATION, None),
    "price": (PRICE, None),
    "load": (LOAD, None),
}


def publish(
    root: Path, *, version: str = "v1", allocation: Sequence[Row] = ALLOCATION, meta: Mapping[str, Any] | None = None
) -> Folder:
    """Write Larch's ledger files and its published roll-ups below `root`, and point CURRENT at them."""
    folder = root / "rollups" / version
    folder.mkdir(parents=True)
    (root / "ledger").mkdir(exist_ok=True)
    tables: dict[str, list[str]] = {}
    with duckdb.connect() as connection:
        for name, (rows, columns) in _LEDGER.items():
            types = columns or {column.name: SQL_TYPE[column.type] for column in TABLES[name].columns}
            _write(
                connection,
                name,
                allocation if name == "allocation" else rows,
                types,
                root / "ledger" / f"{version}-{name}.parquet",
            )
            tables[name] = [f"ledger/{version}-{name}.parquet"]
        connection.execute(_ROLLUP + f" TO '{folder / 'month.parquet'}' (FORMAT parquet)")
    (folder / "meta.json").write_text(json.dumps({**META, "tables": tables, **(meta or {})}), encoding="utf-8")
    (root / "rollups" / "CURRENT").write_text(version + "\n", encoding="utf-8")
    return Folder(root)


def _write(
    connection: duckdb.DuckDBPyConnection, name: str, rows: Sequence[Row], types: Mapping[str, str], file: Path
) -> None:
    connection.execute(
        f"CREATE OR REPLACE TABLE {name} ({', '.join(f'{column} {type_}' for column, type_ in types.items())})"
    )
    for row in rows:
        connection.execute(
            f"INSERT INTO {name} VALUES ({', '.join('?' * len(types))})", [row[column] for column in types]
        )
    connection.execute(f"COPY {name} TO '{file}' (FORMAT parquet)")


_SUMS = ", ".join(
    f"CAST(sum({basis}_cost) AS DECIMAL(38,12)) AS {basis}_cost, count(*) - count({basis}_cost) AS {basis}_missing"
    for basis in _BASES
)
_KEYS = [name for name in MONTH_COLUMNS if MONTH_COLUMNS[name] == "VARCHAR" and name != "month"]
_ROLLUP = f"""COPY (
    SELECT billing_month AS month, {", ".join(_KEYS)}, {_SUMS}, count(*) AS rows,
        CAST(sum(usage_rows) AS BIGINT) AS usage_rows, CAST(sum(unpriced_rows) AS BIGINT) AS unpriced_rows,
        CAST(sum(input_tokens) AS BIGINT) AS input_tokens, CAST(sum(output_tokens) AS BIGINT) AS output_tokens,
        CAST(sum(minutes) AS DECIMAL(38,12)) AS minutes
    FROM allocation GROUP BY billing_month, {", ".join(_KEYS)} ORDER BY ALL)"""
