"""How `spendmap register import` tells what it did: one JSON document, or words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import click

from spendmap.cli.say import note
from spendmap.register.importing import Imported

SHOWN = 10  # rejected records, unread cells and products named in words; the JSON names all


def import_document(imported: Imported) -> dict[str, Any]:
    """Everything an import did, for a program."""
    return asdict(imported)


def say_import(imported: Imported) -> None:
    """The same for a person: counts on stdout, what went wrong on stderr."""
    would = "would be " if imported.dry_run else ""
    click.echo(
        f"{imported.rows} records read ({imported.encoding}): {imported.imported} {would}imported, "
        f"{len(imported.rejected)} rejected, {imported.silent} with nothing to declare."
    )
    for label, counts in (
        ("created", imported.created),
        ("changed", imported.changed),
        ("unchanged", imported.unchanged),
    ):
        if counts:
            click.echo(f"  {would}{label}: {_counted(counts)}")
    if imported.kept:
        click.echo(f"  kept: {len(imported.kept)} answers given elsewhere that the file contradicts")
    if imported.merged:
        click.echo("Products written in several ways:")
        for product in imported.merged[:SHOWN]:
            click.echo(f"  {product.name}: {', '.join(sorted(map(repr, product.spellings)))}")
        _rest(len(imported.merged), "products")
    if imported.unanswered:
        click.echo(f"Questions left unanswered, of {imported.unanswered[0].of} use cases:")
        for each in imported.unanswered:
            click.echo(f"  {each.question:>2}  {each.unanswered:>6}  {each.about}")
    for unread in imported.unread[:SHOWN]:
        note(f"{imported.file}:{unread.line}: left unanswered: {unread.reason}")
    _rest(len(imported.unread), "cells left unanswered")
    for rejected in imported.rejected[:SHOWN]:
        note(f"{imported.file}:{rejected.line}: rejected: {rejected.reason}")
    _rest(len(imported.rejected), "rejected records")


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in counts.items())


def _rest(count: int, what: str) -> None:
    if count > SHOWN:
        note(f"  ... and {count - SHOWN} more {what}; --json names them all.")
