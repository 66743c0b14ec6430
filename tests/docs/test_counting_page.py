"""The page of counting holds exactly the examples that are tested, and every word it explains is one the code uses."""

from __future__ import annotations

import re
from pathlib import Path

from counting.examples import EXAMPLES
from counting.page import row
from spendmap.allocation import counted

PAGE = (Path(__file__).parents[2] / "docs" / "guides" / "counting.md").read_text(encoding="utf-8")
CODE = "\n".join(
    file.read_text(encoding="utf-8") for file in Path(counted.__file__).parent.iterdir() if file.suffix in (".py", ".sql")
)  # fmt: skip


def test_the_page_holds_every_example_as_it_is_tested() -> None:
    said = [line for line in PAGE.splitlines() if re.match(r"\| \d+ \|", line)]
    assert said == [row(number, example) for number, example in EXAMPLES.items()]


def test_the_words_of_an_example_hold_the_figures_it_is_tested_with() -> None:
    for number, example in EXAMPLES.items():
        words = f"{example.statements} {example.effective_text} {example.billed_text} {example.also}".replace(",", "")
        figures = [*example.standing.values(), *([example.covered] if example.covered != "0" else [])]
        for figure in figures:
            assert figure in words, f"example {number}: {figure}"


def test_every_standing_is_explained_and_every_explained_one_exists() -> None:
    explained = set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))
    written = set(re.findall(r"standing=\"(\w+)\"|THEN '(plan|not_billed_yet)'|'(dark)' AS standing", CODE))
    used = {name for found in written for name in found if name} | {"billed_elsewhere", "prepaid", "dark", "pending"}
    assert explained == used


def test_every_note_is_explained() -> None:
    section = PAGE.partition("## Where money stands")[2].partition("## Proposed")[0]
    for kind in ("over", "above_seats", "prepaid", "perhaps_twice", "perhaps_ai", "api_equivalent", "matched", "proposed_pair"):  # fmt: skip
        assert f"`{kind}`" in section and f'"{kind}"' in CODE
