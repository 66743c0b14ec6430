"""Make the sample company: its source files, its declarations, and the truth about both."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from spendmap.sample.aws_bill import write_aws_bill
from spendmap.sample.claude_code import write_claude_code
from spendmap.sample.facts import write_declarations
from spendmap.sample.gateway import write_gateway
from spendmap.sample.gcp_bill import write_gcp_bill
from spendmap.sample.ledgers import Counted, write_ap_ledger, write_card
from spendmap.sample.money import usd
from spendmap.sample.months import MONTHS
from spendmap.sample.openai_bill import write_openai_bill
from spendmap.sample.outcomes import write_outcomes
from spendmap.sample.prices import PRICE_CHANGE_DAY, PRICE_CHANGE_MODEL, UNPRICED_MODEL
from spendmap.sample.seats import write_seats
from spendmap.sample.situations import situations
from spendmap.sample.traces import write_traces
from spendmap.sample.truth import Books, Truth, close_books
from spendmap.sample.worklogs import write_worklogs
from spendmap.sample.writers import finish_writing

SEED = 20261031


def generate(
    out: Path, *, seed: int = SEED, scale: float = 1.0, progress: Callable[[str], None] | None = None
) -> Truth:
    """Write Fernhill's thirteen months into `out`.

    Args:
        out: folder; `sources/<name>/...`, `register/*.yaml`, `rules/*.yaml`, `sources.yaml` and
            `truth.json` are written below it.
        seed: same seed and scale, same bytes.
        scale: factor on the number of usage rows (about 300,000 at 1); model spend grows with it, the rest stays.
        progress: told what was written, one short line each.

    Returns:
        The truth, as in `truth.json`.
    """
    if scale <= 0:
        raise ValueError(f"scale must be above 0, not {scale}")
    with _collecting_nothing():
        return _generate(out, seed, scale, progress or (lambda _: None))


@contextmanager
def _collecting_nothing() -> Iterator[None]:
    """Lines make no cycles, and looking for them among a month of lines costs a quarter of the time.

    At the end every file is on disk.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        finish_writing()
        if was_on:
            gc.enable()


def _generate(out: Path, seed: int, scale: float, tell: Callable[[str], None]) -> Truth:
    books = Books()

    def rng(name: str) -> Random:
        return Random(f"{seed}:{name}")  # text seeds are hashed the same way everywhere

    write_declarations(out)
    tell("register, rules and sources declared")
    traffic = write_gateway(out, books, rng("gateway"), scale)
    tell("gateway log")
    write_traces(out, books, rng("traces"), scale)
    tell("agent and evaluation traces")
    write_claude_code(out, books, rng("claude-code"), scale)
    tell("coding sessions")
    openai = write_openai_bill(out, books, traffic)
    aws = write_aws_bill(out, books, str(seed))
    gcp = write_gcp_bill(out, books, str(seed))
    tell("cost exports")
    seats = write_seats(out, books, rng("seats"))
    anthropic = {month.key: books.metered[month.key, "anthropic"] for month in MONTHS}
    counted = Counted(openai, aws, gcp, anthropic, seats)
    write_ap_ledger(out, books, rng("ap-ledger"), counted)
    write_card(out, books, rng("card"), counted)
    tell("ledger, cards and seats")
    write_worklogs(out, books, rng("worklogs"))
    write_outcomes(out, books, rng("outcomes"), traffic)
    tell("work and outcomes")
    books.planted["price_change"] = {
        "model": PRICE_CHANGE_MODEL,
        "first_day_at_new_price": PRICE_CHANGE_DAY,
        "input_per_million": {"before": "5", "after": "4"},
        "output_per_million": {"before": "30", "after": "20"},
    }
    books.planted["model_without_price"] = {
        "model": UNPRICED_MODEL,
        "rows": sum(books.unpriced_rows.values()),
        "tokens": sum(books.unpriced_tokens.values()),
        "since": "2026-05",
    }
    books.planted["open_card_questions"] = {
        "use_cases": ["incident-triage", "insights-beta", "translation"],
        "what": "they do not say what data they touch, which unit economics matter or which controls exist",
    }
    truth = close_books(books, situations(books), seed=seed, scale=scale)
    truth.write(out / "truth.json")
    tell(f"truth: {usd(sum(books.by_category.values()))} USD in {len(MONTHS)} months")
    return truth
