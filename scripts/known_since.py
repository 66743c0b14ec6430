"""When each price of the packaged catalogue was first seen, written to `src/spendmap/pricing/known_since.csv`.

The catalogue states no start for most of its prices. Its own earlier releases say since when each was listed: the
first release that has the same prices for the same model. Reads wheels of `genai-prices`, one folder a day:

    python -m pip download --no-deps --uploaded-prior-to 2025-08-01T00:00:00Z -d RELEASES/2025-08-01 genai-prices
    python scripts/known_since.py RELEASES

A model that was listed at another price before is known from the release on that has today's.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter, defaultdict
from pathlib import Path

from spendmap.pricing.catalogue import METER_OF_PRICE, catalogue_rows
from spendmap.pricing.known import EVERY_METER, FILE
from spendmap.pricing.rows import NO_START

READ = """
import json, sys
from datetime import datetime, timezone
from genai_prices.data import providers
wanted = json.load(sys.stdin)
at = datetime.fromisoformat(sys.argv[1]).replace(tzinfo=timezone.utc)
found = []
for provider in providers:
    for model_id in wanted.get(provider.id, ()):
        model = next((m for m in provider.models if m.id == model_id), None) or provider.find_model(model_id)
        if model is None:
            continue
        prices = model.get_prices(at).__dict__
        found.append([provider.id, model_id, {k: said(v) for k, v in prices.items() if v is not None}])
json.dump(found, sys.stdout)
"""
SAID = """
def said(price):
    if not hasattr(price, "base"):
        return str(price.normalize())
    return str(price.base.normalize()) + "".join(f",{t.start}:{t.price.normalize()}" for t in price.tiers)
"""


def listed(day: Path, wanted: dict[str, list[str]]) -> dict[tuple[str, str], dict[str, str]]:
    """(provider, model) -> price key -> price as text, as the newest release before `day` lists it."""
    (wheel,) = day.glob("genai_prices-*.whl")
    with tempfile.TemporaryDirectory() as folder:
        zipfile.ZipFile(wheel).extractall(folder)
        done = subprocess.run(
            [sys.executable, "-c", SAID + READ, day.name],
            input=json.dumps(wanted),
            env={"PYTHONPATH": folder},
            capture_output=True,
            text=True,
            check=True,
        )
    return {(provider, model): prices for provider, model, prices in json.loads(done.stdout)}


def main() -> None:
    """Write the file."""
    undated: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in catalogue_rows():
        if row.valid_from == NO_START and row.service_tier == "standard":
            undated[row.provider, row.model].add(row.meter)
    wanted: dict[str, list[str]] = defaultdict(list)
    for provider, model in undated:
        wanted[provider].append(model)
    days = sorted(day for day in Path(sys.argv[1]).iterdir() if list(day.glob("*.whl")))
    seen = {day.name: listed(day, wanted) for day in days}
    now = first_prices(wanted)
    with FILE.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream, lineterminator="\n")
        out.writerow(("provider", "model", "meter", "since"))
        for provider, model in sorted(undated):
            since: dict[str, str] = {}
            for key, price in now[provider, model].items():
                meter = METER_OF_PRICE.get(key)
                if meter in undated[provider, model]:
                    same = [day for day in seen if seen[day].get((provider, model), {}).get(key) == price]
                    since[meter] = min(same, default=days[-1].name)
            if not since:
                continue
            usual, _ = Counter(since.values()).most_common(1)[0]
            out.writerow((provider, model, EVERY_METER, usual))
            out.writerows((provider, model, m, day) for m, day in sorted(since.items()) if day != usual)


def first_prices(wanted: dict[str, list[str]]) -> dict[tuple[str, str], dict[str, str]]:
    """The oldest prices the installed catalogue states, in the form of `listed`."""
    done = subprocess.run(
        [sys.executable, "-c", SAID + READ, "1970-01-02"],
        input=json.dumps(wanted),
        capture_output=True,
        text=True,
        check=True,
    )
    return {(provider, model): prices for provider, model, prices in json.loads(done.stdout)}


if __name__ == "__main__":
    main()
