"""The truth about Birch: what every figure of a right map is, told without the product.

Each situation (`calls`, `bills`, `documents`, `people`) writes its lines and says what a right map shows of them. In
`tests/`, `python -m company.birch.birch_truth FOLDER` writes the files, the register and `truth.json`. The standard
library alone is used: no price, rule or match of the product. List prices are the makers' public ones, per million
tokens, in `files`. Where the law of counting leaves a figure open, the choice is marked "choice:".
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

from company.birch.bills import exports_of_others, prepaid
from company.birch.books import BASES, Books, Fact
from company.birch.calls import anthropic, openai_export, openai_others
from company.birch.documents import documents
from company.birch.files import Files
from company.birch.people import seats_work_and_own
from company.birch.register import REGISTER

SITUATIONS: tuple[Callable[[Files, Books], None], ...] = (
    openai_export, openai_others, anthropic, exports_of_others, prepaid, documents, seats_work_and_own,
)  # fmt: skip


def tell() -> tuple[dict[str, str], Books]:
    """Every file's content, and the books."""
    files, books = Files(), Books()
    for situation in SITUATIONS:
        situation(files, books)
    return files.texts(), books


NAMES: dict[str, Callable[[Fact], str | None] | None] = {
    "total": None,
    "category": lambda fact: fact.category,
    "vendor": lambda fact: fact.vendor,
    "use_case": lambda fact: fact.use_case,
    "department": lambda fact: fact.department,
    "owner": lambda fact: fact.owner,
    "evidence": lambda fact: fact.evidence,
}


def document(books: Books) -> dict[str, object]:
    """The truth as JSON holds it: dimension -> basis -> "month/name" -> amount."""
    return {
        name: {
            basis: {
                f"{month}/{key or ''}": f"{cost}"
                for (month, key), cost in sorted(books.sums(basis, of).items(), key=str)
            }
            for basis in BASES
        }
        for name, of in NAMES.items()
    }


def write(folder: Path) -> Books:
    """Write inputs to `in/`, the register to `declared/`; gives the books."""
    texts, books = tell()
    for place, found in (("in", texts), ("declared", REGISTER)):
        (folder / place).mkdir(parents=True, exist_ok=True)
        for name, text in found.items():
            (folder / place / name).write_text(text, encoding="utf-8")
    return books


if __name__ == "__main__":
    target = Path(sys.argv[1])
    told = document(write(target))
    (target / "truth.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(told["total"], indent=1))
