"""The tutorial and README's example are followed to the letter, in an empty folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from consoles import Command, File, first_missing, follow, steps


@pytest.mark.parametrize(("page", "at_least"), [("docs/tutorial.md", 12), ("README.md", 8)])
def test_a_reader_who_follows_the_page_sees_what_it_shows(
    page: str, at_least: int, repository: Path, tmp_path: Path
) -> None:
    text = (repository / page).read_text(encoding="utf-8")
    assert follow(text, tmp_path) >= at_least


def test_a_page_is_read_as_files_and_commands_in_their_order() -> None:
    page = "<!-- file: a.csv -->\n```csv\nx\n```\n\n<!-- exit: 1 -->\n```console\n$ spendmap one\nout\n$ spendmap two\n```\n"
    assert list(steps(page)) == [
        File("a.csv", "x\n"),
        Command("spendmap one", ["out"]),
        Command("spendmap two", exit_code=1),
    ]


def test_a_line_that_is_not_printed_is_found_missing() -> None:
    printed = ["Workspace /tmp/x (EUR).", "", "Total   1,529.00  100%"]
    assert first_missing(["Workspace … (EUR).", "...", "Total 1,529.00 100%"], printed) is None
    assert first_missing(["Workspace … (USD)."], printed) == "Workspace … (USD)."
    assert first_missing(["Total 1,529.00 100%"], printed) == "Total 1,529.00 100%"  # nothing was left out before it
    assert first_missing(["...", "Total 1,529.00 100%", "Next"], printed) == "Next"
