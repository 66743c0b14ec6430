"""Tie each distinct name that usage bears to the prices that apply to it, once instead of per row.

Reads the distinct (provider, model, tier, region, account) of usage and the price book; writes the `model_alias`
table that the pricing transform joins on equality. Names are resolved with the packaged catalogue's own
matching (prefixes, dated snapshots, resellers' fallbacks), with the shipped `names` rules before it.
Invariant: a name nothing matches gets a reason, never a default; a matched name says by which rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pyarrow as pa

from spendmap.pricing.book import Book
from spendmap.pricing.forms import ANY_ACCOUNT, LIST, Form
from spendmap.pricing.names import (
    AZURE_AREA,
    AZURE_ZONES,
    BEDROCK_AREA,
    EVERYWHERE_WORDS,
    FINE_TUNED,
    PROVIDER_WORDS,
    SCOPED_TIER,
    STANDARD_WORDS,
    WRAPPERS,
)
from spendmap.pricing.overlay import RESOLD_TIERS
from spendmap.pricing.overlay_facts import ending_of, name_rules, region_rules, resales

_FIELDS: list[pa.Field[Any]] = [
    *(pa.field(f"{name}_ref", pa.string()) for name in ("provider", "model", "tier", "region", "account")),
    pa.field("price_form", pa.int64()),
    pa.field("contract_form", pa.int64()),
    pa.field("is_windowed", pa.bool_()),
    *(
        pa.field(name, pa.string())
        for name in ("provider", "model", "service_tier", "region_scope", "rule", "unpriced_reason")
    ),
    pa.field("is_resold", pa.bool_()),
    pa.field("ending", pa.string()),
]
ALIAS_SCHEMA = pa.schema(_FIELDS)


@dataclass(frozen=True)
class Ref:
    """A name as usage writes it; '' where usage states nothing."""

    provider: str
    model: str
    tier: str = ""
    region: str = ""
    account: str = ""


@dataclass(frozen=True)
class Alias:
    """What a name is priced as, or why it is not."""

    ref: Ref
    form: Form | None = None
    contract: Form | None = None
    rule: str = ""
    unpriced_reason: str | None = None
    is_windowed: bool = False
    is_resold: bool = False
    """Priced at the maker's list price, not the seller's."""


def build_aliases(refs: pa.Table, book: Book, *, deployments: Mapping[str, str] | None = None) -> pa.Table:
    """The alias table of the distinct names usage bears.

    Args:
        refs: result of `DISTINCT_REFS_SQL`, or a table with at least `provider_ref` and `model_ref`.
        deployments: "provider/deployment name" -> model, for sellers whose customers name deployments (Azure).
    """
    names = [f"{name}_ref" for name in ("provider", "model", "tier", "region", "account")]
    columns = [
        [value or "" for value in refs.column(name).to_pylist()] if name in refs.column_names else [""] * len(refs)
        for name in names
    ]
    distinct = sorted(set(zip(*columns, strict=True)))
    found = [resolve(Ref(*values), book, deployments or {}) for values in distinct]
    return pa.Table.from_pylist([_record(alias) for alias in found], schema=ALIAS_SCHEMA)


def resolve(ref: Ref, book: Book, deployments: Mapping[str, str]) -> Alias:
    """One name."""
    if not ref.model:
        return Alias(ref, unpriced_reason="the row names no model")
    deployed = deployments.get(f"{ref.provider}/{ref.model}".lower())
    area = AZURE_AREA.fullmatch(ref.model.strip().lower())
    if deployed is None and area is not None and _seller_word(ref.provider) == "azure":
        inside = resolve(replace(ref, model=area[2], tier=_in_area(ref.tier, area[1])), book, deployments)
        return replace(inside, ref=ref)
    seller, candidates, rule = _candidates(ref.provider, deployed or ref.model, book)
    if deployed is not None:
        rule = f"deployment {ref.model} = {deployed}; {rule}"
    if not candidates:
        whose = f" of {ref.provider}" if ref.provider else ""
        other = _other_seller(seller, ref.model)
        why = f"; {other} lists one, and another seller's price is no price" if other else ""
        return Alias(ref, unpriced_reason=f"model {ref.model!r}{whose} is not in the price book{why}")
    tier, stated_word = _tier(ref.tier)
    word = (ref.region if stated_word is None else stated_word).strip().lower()
    for provider, model in candidates:
        scope = _scope(seller, provider, model, word)
        if stated_word is not None and word not in EVERYWHERE_WORDS and not scope:
            continue  # the row says where it ran, and nothing is known of prices there
        form = Form(provider, model, tier, scope)
        if form in book.forms and (provider == seller or tier in RESOLD_TIERS):
            if provider != seller:
                rule = f"{rule}; {seller} sells it at {provider}'s list price"
            return _alias(ref, form, seller, book, rule)
        if (provider, model, scope) in book.scopes:
            break  # the seller prices this model itself, only not in this tier
    provider, model = candidates[0]
    alias = _alias(ref, Form(provider, model, tier, _scope(seller, provider, model, word)), seller, book, rule)
    where = f" in {word}" if stated_word is not None and word not in EVERYWHERE_WORDS else ""
    return replace(alias, unpriced_reason=f"{provider}/{model} has no {tier} price{where} in the price book")


def _seller_word(provider_ref: str) -> str:
    word = provider_ref.strip().lower()
    return PROVIDER_WORDS.get(word, word)


def _in_area(tier: str, area: str) -> str:
    """The tier word of a call whose model names a deployment type. A tier beside it is not priced in a zone."""
    zone = f"azure:{AZURE_ZONES.get(area, area)}"
    return zone if tier.strip().lower() in STANDARD_WORDS else f"{tier}+{zone}"


def _other_seller(seller: str, model_ref: str) -> str | None:
    """Who lists the model that this seller has no price for."""
    found = _provider(seller)
    resold = _resold(found, _unwrapped(model_ref.strip().lower())) if found is not None else None
    return resold[0] if resold is not None else None


def _alias(ref: Ref, form: Form, seller: str, book: Book, rule: str) -> Alias:
    contract = _contract_form(ref, form, seller, book)
    windowed = form in book.windowed or (contract is not None and contract in book.windowed)
    return Alias(ref, form=form, contract=contract, rule=rule, is_windowed=windowed, is_resold=form.provider != seller)


def _contract_form(ref: Ref, form: Form, seller: str, book: Book) -> Form | None:
    """The contract nearest to the row: the account's own before the vendor's, the seller's before the maker's."""
    for provider in dict.fromkeys((seller, form.provider)):
        for account in (ref.account, ANY_ACCOUNT):
            contract = form._replace(provider=provider, account=account)
            if account != LIST and contract in book.forms:
                return contract
    return None


def _candidates(provider_ref: str, model_ref: str, book: Book) -> tuple[str, list[tuple[str, str]], str]:
    """The seller's catalogue id, (provider, model) pairs in order of preference, and the rule that found them."""
    model = _unwrapped(model_ref.strip().lower())
    word = provider_ref.strip().lower()
    if word == "litellm" and "/" in model:
        word, model = model.split("/", 1)  # the gateway writes provider/model
    found = _provider(PROVIDER_WORDS.get(word, word)) if word else _provider_of_model(model)
    seller = found.id if found is not None else word
    model = _as_sold(seller, model, book)
    for named in name_rules():
        if named.provider == seller and named.matches(model):
            return seller, [(seller, named.model)], f"name rule {named.equals or named.starts_with}"
    pairs: list[tuple[str, str]] = []
    rule = "catalogue match"
    if FINE_TUNED.search(model) and (seller, model) not in book.models:
        return seller, [], rule  # a fine-tuned model has a price of its own, never that of the model it was made from
    if (exact := book.models.get((seller, model))) is not None:
        pairs.append((seller, exact))
        rule = "exact name"
    if found is not None:
        if (own := found.find_model(model)) is not None:
            pairs.append((seller, own.id))
        elif (resold := _resold(found, model)) is not None:
            maker, model_id = resold
            if (seller, model_id.lower()) in book.models:
                pairs.append((seller, model_id))  # the seller's own price for the maker's model
            if (seller, maker) in resales():
                pairs.append((maker, model_id))  # another seller's price is no price, unless a page says so
    return seller, list(dict.fromkeys(pairs)), rule


def _as_sold(seller: str, model: str, book: Book) -> str:
    """The model's name as the seller lists it: without the seller's own name before it, or where Bedrock runs it."""
    head, slash, rest = model.partition("/")
    if slash and (seller, model) not in book.models:
        named = _provider(PROVIDER_WORDS.get(head, head))
        if named is not None and named.id == seller:
            model = rest
    if seller == "azure" and model.startswith("gpt-35-"):
        model = f"gpt-3.5-{model.removeprefix('gpt-35-')}"  # a deployment's name holds no dot
    if seller == "aws" and (seller, bare := BEDROCK_AREA.sub("", model)) in book.models:
        return bare
    return model


def _resold(seller: Any, model: str) -> tuple[str, str] | None:
    """The maker whose model a seller offers, by the catalogue's order of makers."""
    for maker_id in seller.fallback_model_providers or ():
        maker = _provider(maker_id)
        if maker is not None and (match := maker.find_model(model)) is not None:
            return maker.id, match.id
    return None


@cache
def _provider(word: str) -> Any:
    from genai_prices.data_snapshot import find_provider_by_id, get_snapshot

    return find_provider_by_id(get_snapshot().providers, word)


def _provider_of_model(model: str) -> Any:
    """The provider whose models are named like this, for usage that names none."""
    from genai_prices.data_snapshot import get_snapshot

    return next(
        (p for p in get_snapshot().providers if p.model_match is not None and p.model_match.is_match(model)), None
    )


def _unwrapped(model: str) -> str:
    """The model inside an ARN or a resource path; an application profile's ARN stays, for it names no model."""
    for wrapper in WRAPPERS:
        model = wrapper.sub("", model)
    return model


def _tier(word: str) -> tuple[str, str | None]:
    """Service tier, and the region word the tier names, if it names one."""
    lower = word.strip().lower()
    if scoped := SCOPED_TIER.fullmatch(lower):
        return "standard", scoped[2]
    return ("standard" if lower in STANDARD_WORDS else lower), None


def _scope(seller: str, provider: str, model: str, word: str) -> str:
    """Region scope of a model's prices for the region usage states; '' when regions do not matter to its price."""
    lower = word.strip().lower()
    for rule in region_rules():
        if rule.holds_for(seller, model, lower) or rule.holds_for(provider, model, lower):
            return rule.scope
    return ""


def _record(alias: Alias) -> dict[str, Any]:
    ref, form = alias.ref, alias.form
    return {
        "provider_ref": ref.provider,
        "model_ref": ref.model,
        "tier_ref": ref.tier,
        "region_ref": ref.region,
        "account_ref": ref.account,
        "price_form": form.number if form is not None and alias.unpriced_reason is None else None,
        "contract_form": alias.contract.number if alias.contract is not None else None,
        "is_windowed": alias.is_windowed,
        "provider": form.provider if form is not None else None,
        "model": form.model if form is not None else None,
        "service_tier": form.service_tier if form is not None else None,
        "region_scope": form.region_scope if form is not None else None,
        "rule": alias.rule,
        "unpriced_reason": alias.unpriced_reason,
        "is_resold": alias.is_resold,
        "ending": ending_of(form.provider, form.model) if form is not None else None,
    }
