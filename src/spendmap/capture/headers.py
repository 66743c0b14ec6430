"""Which column of a file is which field, by its name in any case, spacing or punctuation.

Pure: names in, positions out. A name a person gave beats every known alias.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from spendmap.capture.currencies import CURRENCIES
from spendmap.vocabulary.errors import SourceUnreadableError

Aliases = Mapping[str, tuple[str, ...]]
"""Field -> column names it is known by, best first."""

_SHOWN = 12  # column names shown in a message


def plain(name: str) -> str:
    """The name as compared: lower case, letters and digits only ("Cost Centre " and "cost_centre" are one)."""
    return "".join(character for character in name.lower() if character.isalnum())


def shown(header: Sequence[str]) -> str:
    """The header in a message, cut to its first names."""
    names = [name[:40] if name else "(unnamed)" for name in header[:_SHOWN]]
    more = f" and {len(header) - _SHOWN} more" if len(header) > _SHOWN else ""
    return ", ".join(names) + more


class Columns:
    """Positions of a file's fields.

    Args:
        chosen: field -> column name given with `--set`; it must exist.
        money: fields whose name may end in a currency ("Amount GBP"); it is then in `stated_currency`.
    Raises:
        SourceUnreadableError: a chosen column does not exist, or a column that is read appears twice.
    """

    def __init__(
        self,
        file: Path,
        header: Sequence[str],
        aliases: Aliases,
        chosen: Mapping[str, str] | None = None,
        money: Sequence[str] = (),
    ) -> None:
        self.file = file
        self.header = tuple(header)
        positions: dict[str, list[int]] = {}
        for index, name in enumerate(header):
            if plain(name):
                positions.setdefault(plain(name), []).append(index)
        self._positions = positions
        self.found: dict[str, int] = {}
        self.stated_currency: dict[str, str] = {}
        for wanted, name in (chosen or {}).items():
            if plain(name) not in positions:
                raise SourceUnreadableError(
                    file,
                    f"there is no column {name!r} (asked for by --set {wanted}).",
                    line=1,
                    next_step=f"Its columns are: {shown(header)}.",
                )
            self.found[wanted] = self._only(plain(name))
        for wanted, names in aliases.items():
            if wanted in self.found:
                continue
            for name in names:
                if plain(name) in positions:
                    self.found[wanted] = self._only(plain(name))
                    break
            else:
                if wanted in money:
                    self._find_with_currency(wanted, names)

    def _find_with_currency(self, wanted: str, names: Iterable[str]) -> None:
        for name in names:
            for found in self._positions:
                if found[-3:].upper() in CURRENCIES and found[:-3] in (plain(name), plain(name) + "in"):
                    self.found[wanted] = self._only(found)
                    self.stated_currency[wanted] = found[-3:].upper()
                    return

    def _only(self, name: str) -> int:
        where = self._positions[name]
        if len(where) > 1:
            raise SourceUnreadableError(
                self.file,
                f"the column {self.header[where[0]]!r} appears {len(where)} times, so it is not clear which counts.",
                line=1,
                next_step="Rename or remove one of them and capture the file again.",
            )
        return where[0]

    def __contains__(self, name: str) -> bool:
        return name in self.found

    def get(self, fields: Sequence[str], name: str) -> str:
        """The row's text in the field `name`, without surrounding blanks; empty when the file has no such column."""
        index = self.found.get(name)
        return "" if index is None else fields[index].strip()

    def text_of(self, fields: Sequence[str], name: str) -> str:
        """The row's text in the column called `name` in the header; empty when blank.

        Raises:
            SourceUnreadableError: there is no such column, or it appears twice.
        """
        return fields[self.place_of(name)].strip()

    def place_of(self, name: str) -> int:
        """Position of the column called `name` in the header.

        Raises:
            SourceUnreadableError: there is no such column, or it appears twice.
        """
        if plain(name) not in self._positions:
            raise SourceUnreadableError(
                self.file, f"there is no column {name!r}.", line=1, next_step=f"Its columns are: {shown(self.header)}."
            )
        return self._only(plain(name))

    def require(self, kind: str, wanted: Mapping[str, Iterable[str]], *, settable: bool = True) -> None:
        """Refuse the file unless it has every field of `wanted` (field -> names to suggest).

        Raises:
            SourceUnreadableError: some are missing; the message shows what the header looked like.
        """
        missing = [name for name in wanted if name not in self.found]
        if not missing:
            return
        looked = "; ".join(f"{name} (known as {', '.join(wanted[name])})" for name in missing)
        hint = (
            f"Name it, for example `--set {missing[0]}='...'`, or choose another --as."
            if settable
            else ("Rename the column, or choose another --as.")
        )
        raise SourceUnreadableError(
            self.file,
            f"this is not {kind}: no column for {looked}. The header reads: {shown(self.header)}.",
            line=1,
            next_step=hint,
        )
