"""Pages of rows: from 1, of a bounded size, and only those that exist."""

from __future__ import annotations

from spendmap.vocabulary.errors import UsageError

MAX_SIZE = 500


def check_page(page: int) -> None:
    """Pages count from 1.

    Raises:
        UsageError: they do not.
    """
    if page < 1:
        raise UsageError(f"there is no page {page}.", next_step="Pages count from 1.")


def check_size(size: int) -> None:
    """A page holds 1 to `MAX_SIZE` rows.

    Raises:
        UsageError: it would not.
    """
    if not 1 <= size <= MAX_SIZE:
        raise UsageError(
            f"a page holds 1 to {MAX_SIZE} rows, not {size}.", next_step=f"Ask for size={MAX_SIZE} and page on."
        )


def page_of(total: int, page: int, size: int) -> int:
    """How many rows lie before the page. The first page exists even when there is no row.

    Raises:
        UsageError: the page lies behind the last one.
    """
    last = max(1, -(-total // size))
    if page > last:
        raise UsageError(
            f"page {page} does not exist: {total} rows make {last} pages of {size}.", next_step=f"Ask for page={last}."
        )
    return (page - 1) * size
