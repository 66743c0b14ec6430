"""Which column of a file is which field, by its name in any case, spacing or punctuation.

Pure: names in, positions out. A name a person gave beats every known alias.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from spendmap.capture.currencies import CURRENCIES, currency_of_symbol
from spendmap.capture.month_names import folded
from spendmap.vocabulary.errors import SourceUnreadableError

Aliases = Mapping[str, tuple[str, ...]]
"""Field -> column names it is known by, best first."""

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_SHOWN = 12  # column names shown in a message


def plain(name: str) -> str:
    """The name as compared: letters and digits only, without case and accents ("Cost Centre " is "cost_centre")."""
    return "".join(character for character in folded(name) if character.isalnum())


def _forms(name: str) -> tuple[str, ...]:
    """The name as compared, and with its umlauts written out ("Empfänger" is also "Empfaenger")."""
    spelled = name.translate(_UMLAUTS)
    return (plain(name),) if spelled == name else (plain(name), plain(spelled))


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
        spare: fields that are left out, and not refused, when their column appears twice.
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
        spare: Sequence[str] = (),
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
            code = plain(name)[-3:].upper()
            if wanted in money and (code in CURRENCIES or currency_of_symbol(name)):
                self.stated_currency[wanted] = code if code in CURRENCIES else currency_of_symbol(name) or ""
        for wanted, names in aliases.items():
            if wanted not in self.found:
                self._find(wanted, names, is_money=wanted in money, is_spare=wanted in spare)

    def _find(self, wanted: str, names: Iterable[str], *, is_money: bool, is_spare: bool) -> None:
        for written in (form for name in names for form in _forms(name)):
            if written in self._positions:
                if is_spare and len(self._positions[written]) > 1:
                    continue
                self.found[wanted] = self._only(written)
                symbol = currency_of_symbol(self.header[self.found[wanted]]) if is_money else None
                if symbol:
                    self.stated_currency[wanted] = symbol
                return
        if is_money:
            for name in names:
                by_currency = self.with_currency(name)
                if by_currency:
                    code, self.found[wanted] = next(iter(by_currency.items()))
                    self.stated_currency[wanted] = code
                    return

    def with_currency(self, name: str) -> dict[str, int]:
        """Currency -> position of the columns called `name` with a currency ("Amount (EUR)", "EUR amount")."""
        wanted = plain(name)
        heads = (wanted, wanted + "in", wanted + "en")
        found: dict[str, int] = {}
        for written, positions in self._positions.items():
            code = written[-3:].upper()
            if not (code in CURRENCIES and written[:-3] in heads):
                code = written[:3].upper() if written[3:] == wanted else ""
            symbol = currency_of_symbol(self.header[positions[0]]) if written in heads[1:] else None
            code = symbol or code
            if code in CURRENCIES and len(positions) == 1:
                found[code] = positions[0]
        return found

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

    def require(
        self, kind: str, wanted: Mapping[str, Iterable[str]], *, settable: bool = True, example: str = "..."
    ) -> None:
        """Refuse the file unless it has every field of `wanted` (field -> names to suggest).

        `example`: the column that the next step names.

        Raises:
            SourceUnreadableError: some are missing; the message shows what the header looked like.
        """
        missing = [name for name in wanted if name not in self.found]
        if not missing:
            return
        looked = "; ".join(f"{name} (known as {', '.join(wanted[name])})" for name in missing)
        hint = (
            f"Name it, for example `--set {missing[0]}={example!r}`, or choose another --as."
            if settable
            else ("Rename the column, or choose another --as.")
        )
        raise SourceUnreadableError(
            self.file,
            f"this is not {kind}: no column for {looked}. The header reads: {shown(self.header)}.",
            line=1,
            next_step=hint,
        )
