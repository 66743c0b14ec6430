"""Rows a second through the one door: LiteLLM-shaped rows, a tenth of them with something to mask.

Run: python bench/bench_masking.py [--rows N]
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa

from spendmap.capture.door import Door
from spendmap.capture.stage import FileLoad, Job, Staging, stage
from spendmap.capture.staged import pq as parquet

ROWS = 200_000
KEY = b"k" * 32


def line(number: int) -> bytes:
    """One spend log; every tenth caller is known by an e-mail address, every hundredth run by a key."""
    person = f"user{number % 997}@acme.example" if number % 10 == 0 else f"u-{number % 997}"
    run = "sk-proj-" + hashlib.md5(b"%d" % number).hexdigest() if number % 100 == 0 else f"run-{number // 5}"
    return json.dumps(
        {
            "request_id": "chatcmpl-" + base64.b64encode(hashlib.sha256(b"%d" % number).digest(), b"Aa").decode()[:29],
            "call_type": "acompletion",
            "api_key": f"{number % 40:064x}",
            "spend": 0.00125,
            "prompt_tokens": 1200,
            "completion_tokens": 80,
            "total_tokens": 1280,
            "startTime": f"2026-10-{1 + number % 28:02d}T10:00:00Z",
            "endTime": f"2026-10-{1 + number % 28:02d}T10:00:02Z",
            "model": "gpt-4o-2024-08-06",
            "custom_llm_provider": "openai",
            "user": f"u-{number % 997}",
            "end_user": person,
            "session_id": run,
            "request_tags": [f"feature:f{number % 12}", "env:prod"],
            "metadata": {"user_api_key_alias": f"svc-{number % 40}", "user_api_key_team_alias": f"team-{number % 9}"},
            "status": "success",
        }
    ).encode()


def main() -> None:
    """Print rows a second: staging as it is, staging without the door, the door alone."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=ROWS)
    rows = asked.parse_args().rows
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        file = folder / "spend.jsonl"
        file.write_bytes(b"\n".join(map(line, range(rows))) + b"\n")
        kind, settings = "litellm_spendlogs", {"billing": "usage", "tags": "labels"}
        staging = Staging(kind, "gateway", settings, KEY, "USD", folder / "s", folder / "q")

        def staged() -> tuple[float, pa.Table]:
            load = FileLoad("gateway", kind, file.name, load_id="run-0", size=file.stat().st_size)
            load.sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
            begin = time.process_time()
            ((load, path),) = stage(staging, [Job(file, load, 0)])
            took = time.process_time() - begin
            assert load.error is None and path is not None, load.error
            return took, parquet.read_table(path)

        with_door, _ = staged()
        own = Door.rows
        Door.rows = lambda self, rows, table: rows  # type: ignore[method-assign]
        without, bare = staged()
        Door.rows = own  # type: ignore[method-assign]
        bare = bare.drop_columns(["delivery_no"])
        batches = [bare.slice(start, 20_000).combine_chunks() for start in range(0, rows, 20_000)]
        begin = time.process_time()
        door = Door(KEY)
        for batch in batches:
            door.rows(batch, "usage")
        alone = time.process_time() - begin
    for what, took in (("staged", with_door), ("staged without the door", without), ("the door alone", alone)):
        sys.stdout.write(f"{what:<24} {rows / took:>12,.0f} rows/s of CPU ({took:.2f} s)\n")


if __name__ == "__main__":
    main()
