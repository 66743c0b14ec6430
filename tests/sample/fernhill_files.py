"""Readers of the sample's files that share no code with the generator or the product: json, csv, gzip, pyarrow."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq


def json_lines(folder: Path) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """File name and object of every line; None for a line that is not JSON."""
    for path in sorted(folder.rglob("*.jsonl*")):
        data = path.read_bytes()
        for line in (gzip.decompress(data) if path.suffix == ".gz" else data).splitlines():
            try:
                yield path.name, json.loads(line)
            except ValueError:
                yield path.name, None


def gateway_calls(out: Path) -> dict[str, dict[str, Any]]:
    """Log lines of the gateway, the fullest of each request_id."""
    calls: dict[str, dict[str, Any]] = {}
    for _, line in json_lines(out / "sources" / "gateway"):
        if line is not None:
            seen = calls.get(line["request_id"])
            if seen is None or seen["total_tokens"] < line["total_tokens"]:
                calls[line["request_id"]] = line
    return calls


def spans(out: Path) -> Iterator[dict[str, Any]]:
    """Every span, its attributes flattened to texts beside `traceId`, `name` and `startTimeUnixNano`."""
    for _, line in json_lines(out / "sources" / "assistant-traces"):
        assert line is not None
        for resource in line["resourceSpans"]:
            for scope in resource["scopeSpans"]:
                for span in scope["spans"]:
                    found = {item["key"]: next(iter(item["value"].values())) for item in span["attributes"]}
                    yield {
                        **found,
                        **{key: span.get(key) for key in ("traceId", "spanId", "parentSpanId", "startTimeUnixNano")},
                    }


def csv_rows(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV, gzipped or not, UTF-8 or else cp1252."""
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp1252")
    return list(csv.DictReader(text.splitlines()))


def folder_rows(out: Path, source: str) -> list[dict[str, str]]:
    """Rows of all CSV files of a source, in the order of their names."""
    return [row for path in sorted((out / "sources" / source).iterdir()) for row in csv_rows(path)]


def focus_rows(out: Path, source: str) -> list[dict[str, Any]]:
    """Rows of a cost export as they stand: a later file restates the days it brings, costs as Decimal."""
    by_day: dict[str, list[dict[str, Any]]] = {}
    for path in sorted((out / "sources" / source).iterdir()):
        rows = pq.read_table(path).to_pylist() if path.suffix == ".parquet" else csv_rows(path)
        brought: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            brought.setdefault(str(row["ChargePeriodStart"])[:10], []).append(row)
        by_day.update(brought)
    found = [row for day in sorted(by_day) for row in by_day[day]]
    for row in found:
        for cost in ("ListCost", "ContractedCost", "EffectiveCost", "BilledCost"):
            row[cost] = Decimal(row[cost])
        row["day"] = str(row["ChargePeriodStart"])[:10]
    return found
