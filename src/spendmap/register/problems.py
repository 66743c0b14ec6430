"""Everything wrong with a set of files, gathered so that one run shows it all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from spendmap.vocabulary.errors import RegisterError

SHOWN = 20  # problems printed; the rest are counted


def refuse_register(message: str, next_step: str) -> RegisterError:
    """The error for a file that cannot be read at all."""
    return RegisterError(message, next_step=next_step)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` Did you mean 'owner'?`, or nothing when no known word is near."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" Did you mean {near[0]!r}?" if near else ""


def listed(known: Iterable[str], limit: int = 12) -> str:
    """The known names in order, cut after `limit`."""
    names = sorted(known)
    if not names:
        return "none"
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(names[:limit]) + more


@dataclass
class Problems:
    """Collects "file:line: what is wrong"; `raise_any` refuses the whole set if there is one."""

    found: list[str] = field(default_factory=list)

    def add(self, file: str, line: int, what: str) -> None:
        """Note one problem. `what` is a sentence."""
        self.found.append(f"{file}:{line}: {what}")

    def raise_any(self) -> None:
        """Raise if anything was noted.

        Raises:
            RegisterError: with every problem, up to `SHOWN`.
        """
        if not self.found:
            return
        shown = "\n".join(self.found[:SHOWN])
        rest = f"\n... and {len(self.found) - SHOWN} more." if len(self.found) > SHOWN else ""
        raise RegisterError(
            f"{shown}{rest}\nNothing was applied.",
            next_step="Fix the lines named, then run `spendmap register apply` again.",
        )
