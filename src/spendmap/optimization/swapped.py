"""Which prices the swapped models' calls meet: the alias table of a scenario.

Pure but for the price book it is given. A swap does not rewrite rows: the name a row bears is tied to the new
model's prices instead of its own, so that each call keeps its time, tier, tokens and place on the map.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from spendmap.optimization.changes import Swap
from spendmap.pricing.aliases import ALIAS_SCHEMA, Ref, build_aliases, resolve
from spendmap.pricing.book import Book
from spendmap.vocabulary.errors import UsageError

NAMED = 12  # models an error lists
Called = tuple[str, str]
"""Provider and model as usage writes them; '' = not stated."""


@dataclass(frozen=True)
class Target:
    """What calls of one name are made to instead."""

    provider: str
    model: str


@dataclass(frozen=True)
class Aliases:
    """The alias table of the scenario, where each swapped name went, and what each name is priced as today."""

    table: pa.Table
    moved: Mapping[Called, Target]
    priced_as: Mapping[Called, str]


def scenario_aliases(refs: pa.Table, book: Book, deployments: Mapping[str, str], swaps: Sequence[Swap]) -> Aliases:
    """Tie each distinct name of the period's usage to prices, swapped names to those of their new model.

    Raises:
        UsageError: no call of a model to be swapped is in the period, it is swapped twice, or the new model has no
            price in the book for the provider, tier or region of a call.
    """
    records: list[dict[str, Any]] = build_aliases(refs, book, deployments=deployments).to_pylist()
    priced_as = {_called(each): each["model"] for each in records if each["model"]}
    moved: dict[Called, Target] = {}
    for swap in swaps:
        names = sorted({_called(each) for each in records if _is_meant(swap.old, each)})
        if not names:
            raise _not_used(swap.old, records)
        for name in names:
            if name in moved:
                raise UsageError(f"{name[1]} is swapped twice.", next_step="Keep one `swap:` of it.")
            moved[name] = _target(name[0], swap.new, book, deployments)
    table = [_swapped(each, moved, book, deployments) if _called(each) in moved else each for each in records]
    return Aliases(pa.Table.from_pylist(table, schema=ALIAS_SCHEMA), moved, priced_as)


def _called(record: Mapping[str, Any]) -> Called:
    return record["provider_ref"], record["model_ref"]


def _is_meant(wanted: str, record: Mapping[str, Any]) -> bool:
    names = [record["model_ref"], record["model"]]
    sellers = [record["provider_ref"], record["provider"]]
    known = {name.casefold() for name in names if name}
    known |= {f"{seller}/{name}".casefold() for seller in sellers if seller for name in names if name}
    return wanted in known


def _target(provider: str, new: str, book: Book, deployments: Mapping[str, str]) -> Target:
    """The new model at the provider named, else at the call's own provider, else at the maker."""
    named, slash, model = new.partition("/")
    tries = ([(named, model)] if slash else []) + [(provider, new), ("", new)]
    for seller, name in tries:
        alias = resolve(Ref(seller, name), book, deployments)
        if alias.form is not None and alias.unpriced_reason is None:
            return Target(seller or alias.form.provider, name)
    seller, name = tries[0]
    raise UsageError(
        f"{new!r} has no price in the book, so no call can be swapped to it.",
        next_step=f"Find its name with `spendmap prices show {name}`, or add it with "
        f"`spendmap prices add {seller or 'PROVIDER'}/{name}/input_uncached PRICE`, then `spendmap allocate`.",
    )


def _swapped(
    record: dict[str, Any], moved: Mapping[Called, Target], book: Book, deployments: Mapping[str, str]
) -> dict[str, Any]:
    target = moved[_called(record)]
    is_same = target.provider == record["provider_ref"]
    names = {
        "provider_ref": target.provider,
        "model_ref": target.model,
        "tier_ref": record["tier_ref"],
        "region_ref": record["region_ref"] if is_same else "",
        "account_ref": record["account_ref"] if is_same else "",  # another vendor's account is another contract
    }
    found = build_aliases(pa.Table.from_pylist([names]), book, deployments=deployments).to_pylist()[0]
    if found["unpriced_reason"] is not None and found["contract_form"] is None:
        raise UsageError(
            f"calls of {record['model_ref']} cannot be swapped to {target.model}: {found['unpriced_reason']}.",
            next_step=f"See `spendmap prices show {target.model}`, or add a price with "
            f"`spendmap prices add {target.provider}/{target.model}/input_uncached PRICE`.",
        )
    return {**found, **{name: record[name] for name in names}}


def _not_used(old: str, records: Sequence[Mapping[str, Any]]) -> UsageError:
    used = sorted({each["model_ref"] for each in records if each["model_ref"]})
    more = f" and {len(used) - NAMED} more" if len(used) > NAMED else ""
    return UsageError(
        f"no call of {old!r} is in the period.",
        next_step=f"Models used: {', '.join(used[:NAMED]) or 'none'}{more}.",
    )
