"""`spendmap prices`: show, add, quote, refresh and check the price book."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from spendmap.cli.price_words import SHOWN, price_table, record, show_table, table_of
from spendmap.cli.prices_refresh import command as refresh
from spendmap.cli.say import note, say_json
from spendmap.vocabulary.errors import PriceError, UsageError, WorkspaceNotFoundError
from spendmap.vocabulary.money import money_text
from spendmap.workspace import Workspace

if TYPE_CHECKING:
    from spendmap.pricing.book import Book
    from spendmap.pricing.rows import PriceRow


@click.group("prices")
def command() -> None:
    """The price book: what a model costs, when, where, on whose terms.

    Prices come from the packaged catalogue, from dated corrections shipped with spendmap, and from your own
    file (register/prices.yaml). What has no price stays unpriced, with the reason; nothing is guessed.

    Example: spendmap prices show gpt-4.1
    """


command.add_command(refresh)


def _workspace(named: Path | None) -> Workspace | None:
    try:
        return Workspace.find(named)
    except WorkspaceNotFoundError:
        if named is not None:
            raise
        return None


def _book(workspace: Workspace | None) -> Book:
    from spendmap.pricing.book import open_book

    return open_book(workspace)


@command.command("show")
@click.argument("model", required=False)
@click.option(
    "--at", "at_text", metavar="DATE", help="Prices in force then (2026-10-01 or 2026-10-01T12:00:00Z). Default: now."
)
@click.option("--provider", help="Only this provider's prices: openai, anthropic, azure, aws, google, ...")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def show(named: Path | None, model: str | None, at_text: str | None, provider: str | None, as_json: bool) -> None:
    """Prices in force for MODEL (an id, a dated name, or a part of one).

    \b
    Example: spendmap prices show claude-sonnet-4-5 --at 2025-11-01
    Example: spendmap prices show --provider deepseek
    """
    from spendmap.pricing.lookup import find_prices

    at = _moment(at_text)
    rows = find_prices(_book(_workspace(named)), model, provider, at)
    rows.sort(key=lambda row: (*row.key, row.valid_from, row.input_from, row.window_weekdays, row.window_start_s))
    if as_json:
        say_json({"at": f"{at:%Y-%m-%dT%H:%M:%SZ}", "rows": [record(row) for row in rows]})
        return
    show_table(price_table(rows[:SHOWN], f"Prices in force at {at:%Y-%m-%d %H:%M} UTC"))
    if len(rows) > SHOWN:
        note(f"{SHOWN} of {len(rows)} rows shown. Name a MODEL or a --provider, or use --json for all.")


@command.command("add")
@click.argument("price_of", metavar="PROVIDER/MODEL/METER")
@click.argument("price")
@click.option(
    "--per", type=click.IntRange(min=1), help="Units PRICE is for. Default: 1000000 for tokens and characters, else 1."
)
@click.option("--currency", default="USD", show_default=True, help="ISO 4217.")
@click.option("--from", "valid_from", metavar="TIME", help="First moment in force, UTC. Default: always.")
@click.option("--to", "valid_to", metavar="TIME", help="First moment no longer in force, UTC. Default: open.")
@click.option("--tier", default="standard", show_default=True, help="standard, batch, flex, priority, fast.")
@click.option(
    "--contract", metavar="ID", help="A contract price: goes before list. ID@ACCOUNT for one billing account only."
)
@click.option("--source", metavar="URL", help="Where the price is written.")
@click.option("--by", metavar="NAME", help="Who adds it. Default: the user of this computer.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def add(
    named: Path | None,
    price_of: str,
    price: str,
    per: int | None,
    currency: str,
    valid_from: str | None,
    valid_to: str | None,
    tier: str,
    contract: str | None,
    source: str | None,
    by: str | None,
    as_json: bool,
) -> None:
    """Write a price of the company's own into register/prices.yaml.

    A price that overlaps another of the same key is refused. One that reaches back into a published month restates it:
    `spendmap allocate` then says what moved, and by whom. METER is one of the ledger's meters, such as
    input_uncached, cache_read, output, requests.

    \b
    Example: spendmap prices add openai/gpt-4.1/input_uncached 1.80 --contract ACME-2026 --from 2026-01-01
    """
    from spendmap.pricing.book import open_book
    from spendmap.pricing.company import Address, append, entry_of, row_of, usual_per
    from spendmap.pricing.health import doubts
    from spendmap.pricing.overlaps import Overlap, exclusive

    workspace = Workspace.find(named)
    address = Address.parse(price_of)
    entry = entry_of(
        address,
        price,
        per=per or usual_per(address.meter),
        currency=currency,
        valid_from=valid_from,
        valid_to=valid_to,
        service_tier=tier,
        contract=contract,
        source=source,
        checked=datetime.now(UTC).date(),
        by=by or _user(),
        added=datetime.now(UTC),
    )
    row = row_of(entry)
    related = [other for other in open_book(workspace).in_book if other.key[:5] == row.key[:5]]
    for other in related:
        if exclusive(other) == exclusive(row) and other.overlaps(row):
            raise PriceError(Overlap(other, row).message, next_step=_way_out(row, other))
    file = append(workspace.root, entry)
    warnings = [doubt.message for doubt in doubts([*related, row]) if doubt.kind == "jump"]
    for warning in warnings:
        note(f"Look again: {warning}")
    if as_json:
        say_json({"added": record(row), "file": str(file), "warnings": warnings})
        return
    one = money_text(row.list_unit_price)
    note(f"{row.name}: {price} {row.currency} per {entry['per']:,} ({one} per unit). In {file}.")
    note("Next: spendmap allocate, to price the usage again.")


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def _way_out(row: PriceRow, other: PriceRow) -> str:
    what = f"{row.provider}/{row.model}/{row.meter}"
    if other.catalogue == "company":
        return "End the other one with `to:` in register/prices.yaml, or add this one with another --from or --to."
    return f"A price you pay goes before list: `spendmap prices add {what} PRICE --contract ID`."


@command.command("quote")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def quote(named: Path | None, file: Path, as_json: bool) -> None:
    """Price the usage rows of a CSV, at list price. Works outside a workspace too.

    \b
    Columns: case_id, provider, model, timestamp_utc, service, input_total_tokens, uncached_input_tokens,
    cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, input_audio_tokens, output_tokens,
    reasoning_tokens_in_output, web_searches; optional expected_usd, compared to ten places.
    service: standard, batch, flex, priority, fast, azure:global, azure:data_zone, region:us, ...
    A row that cannot be read is refused with its line; exit 1 when there was one.

    Example: spendmap prices quote usage.csv --json
    """
    from spendmap.pricing.lookup import load_deployments
    from spendmap.pricing.quote import quote_file

    workspace = _workspace(named)
    deployments = load_deployments(workspace.root) if workspace is not None else {}
    quotes, refused = quote_file(file, _book(workspace), deployments=deployments)
    expected = [each for each in quotes if each.expected is not None]
    if as_json:
        say_json(
            {
                "rows": [
                    {
                        "case_id": each.case_id,
                        "list_cost": money_text(each.list_cost),
                        "currency": each.currency,
                        "unpriced_reason": each.unpriced_reason,
                        "price_ids": list(dict.fromkeys(each.price_ids.values())),
                        "priced_as": each.priced_as,
                        "evidence": each.evidence,
                        "notes": list(each.notes),
                        "is_upper_bound": each.is_upper_bound,
                        **(
                            {"expected": money_text(each.expected), "agrees": each.agrees}
                            if each.expected is not None
                            else {}
                        ),
                    }
                    for each in quotes
                ],
                "refused": [{"line": each.line, "case_id": each.case_id, "reason": each.reason} for each in refused],
            }
        )
    else:
        table = table_of(str(file), ("case", "list cost", "", "priced as", "note"))
        for each in quotes:
            mark = {True: "agrees", False: f"expected {money_text(each.expected)}", None: ""}[each.agrees]
            table.add_row(
                each.case_id,
                money_text(each.list_cost) or "unpriced",
                each.currency or "",
                each.priced_as or "",
                each.unpriced_reason or "; ".join(text for text in (mark, *each.notes) if text),
            )
        show_table(table)
    for row in refused:
        note(f"{file}:{row.line}: refused: {row.reason}")
    if expected:
        agree = sum(each.agrees is True for each in expected)
        unpriced = sum(each.list_cost is None for each in expected)
        differ = len(expected) - agree - unpriced
        note(f"{agree} of {len(expected)} agree with expected_usd, {differ} differ, {unpriced} unpriced.")
    if refused:
        raise click.exceptions.Exit(1)


@command.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def check(named: Path | None, as_json: bool) -> None:
    """Overlaps (errors), gaps, tenfold jumps; in a workspace also the models your usage names that have no price.

    Exit 1 when there is an overlap.

    Example: spendmap prices check
    """
    from spendmap.pricing.health import doubts
    from spendmap.pricing.lookup import unpriced_in

    workspace = _workspace(named)
    book = _book(workspace)
    found = doubts(book.in_book)
    unpriced = unpriced_in(workspace, book) if workspace is not None else []
    errors = [doubt for doubt in found if doubt.is_error]
    if as_json:
        say_json(
            {
                "prices": len(book.in_book),
                "doubts": [{"kind": d.kind, "subject": d.subject, "message": d.message} for d in found],
                "unpriced": [
                    {
                        "provider": u.provider,
                        "model": u.model,
                        "service_tier": u.service_tier,
                        "usage_rows": u.usage_rows,
                        "reason": u.reason,
                    }
                    for u in unpriced
                ],
                "holds": not errors,
            }
        )
    else:
        note(
            f"{len(book.in_book)} prices: {len(errors)} overlaps, {len(found) - len(errors)} gaps and jumps to look at."
        )
        if found:
            table = table_of("Doubts", ("kind", "what"))
            for doubt in found:
                table.add_row(doubt.kind, doubt.message)
            show_table(table)
        if unpriced:
            table = table_of("Usage without a price", ("provider", "model", "tier", "rows", "reason"))
            for each in unpriced:
                table.add_row(each.provider, each.model, each.service_tier, str(each.usage_rows), each.reason)
            show_table(table)
            note("Next: spendmap prices add PROVIDER/MODEL/METER PRICE")
    if errors:
        raise click.exceptions.Exit(1)


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC).replace(tzinfo=None)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is not a date.", next_step="Write it like --at 2026-10-01.") from error
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
