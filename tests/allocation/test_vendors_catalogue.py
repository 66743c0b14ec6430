"""The vendor catalogue and the matching of supplier names: precision before recall."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rule_support import uk_payments

from spendmap.allocation.capabilities import CAPABILITIES
from spendmap.allocation.supplier_names import normalised, readings
from spendmap.allocation.vendors import Vendors, catalogue, catalogue_vendors, comparable, vendors_with
from spendmap.register import Vendor

ALL = catalogue_vendors()


def _declared(vendor_id: str, name: str, *aliases: str, kind: str | None = None) -> Vendor:
    return Vendor(vendor_id, name, aliases, (), (), kind, None, ())


@pytest.mark.parametrize(
    ("name", "vendor", "how"),
    [
        ("AMAZON WEB SERVICES EMEA SARL", "aws", "name"),
        ("AMAZON WEB SERVICES, INC.", "aws", "name"),
        ("Amazon Web Services Canada, Inc.", "aws", "name"),
        ("AWS EMEA SARL", "aws", "name"),
        ("OPENAI *CHATGPT SUBSCR", "openai", "descriptor"),
        ("OpenAI, L.L.C.", "openai", "name"),
        ("OpenAI OpCo, LLC", "openai", "name"),
        ("OPENAI.COM SAN FRANCISCO CA", "openai", "domain"),
        ("Anthropic, PBC", "anthropic", "name"),
        ("CLAUDE.AI SUBSCRIPTION", "anthropic", "domain"),
        ("PADDLE.NET* SUPERWHISPER", "superwhisper", "name"),
        ("PP*MIDJOURNEY", "midjourney", "name"),
        ("PAYPAL *MIDJOURNEYINC", "midjourney", "name"),
        ("SQ *ANTHROPICPBC", "anthropic", "name"),
        ("OPENAICHATGPT", "openai", "name"),
        ("STRIPE* LOVABLE", "lovable", "name"),
        ("WWW.PERPLEXITY.AI", "perplexity", "domain"),
        ("Anysphere, Inc.", "cursor", "name"),
        ("CURSOR, AI POWERED IDE", "cursor", "name"),
        ("Weights & Biases, Inc.", "wandb", "name"),
        ("DeepL SE", "deepl", "name"),
        ("ELEVENLABS.IO", "elevenlabs", "domain"),
        ("Hugging Face S.A.S.", "huggingface", "name"),
        ("Mistral AI SAS", "mistral", "name"),
        ("MICROSOFT LTD PSS", "microsoft", "descriptor"),
        ("MSFT * E0400XYZ", "microsoft", "descriptor"),
        ("GOOGLE *GSUITE_acme", "google", "descriptor"),
        ("Cohere Inc.", "cohere", "name"),
        ("COHERE", "cohere", "name"),
        ("Writer, Inc.", "writer", "name"),
        ("RUNWAY", "runway", "name"),
        ("Glean Technologies, Inc.", "glean", "name"),
        ("Otter.ai, Inc.", "otter", "name"),
    ],
)
def test_the_spellings_of_a_vendor_are_one_vendor(name: str, vendor: str, how: str) -> None:
    match = ALL.match(name)
    assert match is not None
    assert (match.vendor, match.kind) == (vendor, how)


@pytest.mark.parametrize(
    "name",
    [
        "Cohere Capital Partners",
        "COHERE UK LTD",
        "SQ *COHERE COFFEE",
        "Jasper County Treasurer",
        "Writer Brothers Ltd",
        "Runway Fashion GmbH",
        "Otter Products LLC",
        "GLEAN CATERING",
        "Sierra Nevada Corporation",
        "Harvey Nichols",
        "HARVEY LTD",
        "Ada County",
        "Minimax GmbH",
        "Lambda Physik AG",
        "AMZN MKTP US*2K4",
        "AMAZON MKTPLACE PMTS",
        "G2 BUSINESS SERVICES",
        "AUTOMATED INTELLIGENCE LTD",
        "Open Table Inc",
        "billing@openai.com.example.org",
        "Perplexed Ltd",
        "OPENAIRBNB",
        "ANTHROPICOS TRAVEL",
        "",
        "***",
        "LTD",
    ],
)
def test_a_name_that_only_resembles_a_vendor_is_nobody(name: str) -> None:
    assert ALL.match(name) is None


def test_two_years_of_suppliers_name_no_ai_vendor_and_one_amazon(shared: Path) -> None:
    assert shared.is_dir()
    names = sorted({str(row["invoice_issuer_name"]) for row in uk_payments()})
    found = {name: match for name in names if (match := ALL.match(name)) is not None}
    ai = [name for name, match in found.items() if (vendor := ALL.get(match.vendor)) and vendor.kind == "ai_native"]
    assert ai == []
    amazon = {name for name, match in found.items() if match.vendor == "aws"}
    assert amazon == {name for name in names if "amazon web services" in name.lower()} | {"AWS SERVICES INC"}


def test_every_vendor_is_complete_and_no_two_share_a_name_or_a_domain() -> None:
    vendors = catalogue()
    assert len(vendors) >= 250
    spellings = Counter(
        (comparable(alias))
        for vendor in vendors
        for alias in {comparable(a): a for a in (vendor.name, *vendor.aliases, *vendor.distinctive)}.values()
    )
    assert [name for name, count in spellings.items() if count > 1] == []
    domains = Counter(domain for vendor in vendors for domain in vendor.domains)
    assert [domain for domain, count in domains.items() if count > 1] == []
    for vendor in vendors:
        assert vendor.capability, vendor.id
        assert set(vendor.capability) <= set(CAPABILITIES), vendor.id
        assert vendor.domains, vendor.id
        assert vendor.source, vendor.id
        assert (vendor.since is not None) == (vendor.kind == "ai_native"), vendor.id


def test_no_name_is_taken_for_its_first_word() -> None:
    # A cafe may call itself after anybody: no spelling of any vendor stands for a longer name with a trade in it.
    for vendor in catalogue():
        for alias in (vendor.name, *vendor.aliases, *vendor.distinctive):
            for trade in ("cafe", "printers of leeds", "research trust", "court reporters ltd", "zzz holdings"):
                bare = alias.replace(".", " ")  # a domain in a name stands for its owner wherever it is
                assert ALL.match(f"{bare} {trade}") is None, (alias, trade)


@given(
    st.sampled_from([vendor.name for vendor in catalogue()]), st.from_regex(r"[b-df-hj-np-tv-xz]{6,9}", fullmatch=True)
)
def test_an_unknown_word_beside_a_name_makes_it_somebody_elses(name: str, word: str) -> None:
    bare = name.replace(".", " ")
    assert ALL.match(f"{bare} {word}") is None
    assert ALL.match(f"{word} {bare}") is None


def test_what_the_company_declares_comes_before_the_catalogue() -> None:
    vendors = vendors_with([_declared("our-ai", "Our AI", "OPENAI OPCO LLC"), _declared("cohere", "Cohere", "KOHERE")])
    own, ours, theirs = vendors.match("OpenAI OpCo, LLC"), vendors.match("KOHERE"), vendors.match("OPENAI IRELAND LTD")
    assert (own and own.vendor, ours and ours.vendor, theirs and theirs.vendor) == ("our-ai", "cohere", "openai")
    kept, new = vendors.get("cohere"), vendors.get("our-ai")
    assert kept is not None
    assert (kept.kind, kept.category, kept.is_declared) == ("ai_native", "product_inference", True)
    assert new is not None
    assert new.kind == "mixed"  # said nowhere to sell nothing but AI


def test_a_declared_name_is_compared_whole_with_the_processor_before_it() -> None:
    vendors = vendors_with([_declared("figment", "Figment", "PAYPAL *FGMT HOLD 88")])
    match = vendors.match("paypal *FGMT HOLD 88")
    assert match is not None
    assert match.vendor == "figment"


def test_names_resolve_to_a_table_with_one_row_per_distinct_name() -> None:
    table = ALL.resolve(["Anthropic, PBC", "Anthropic, PBC", None, "Bakery", "ANTHROPIC"])
    assert table.to_pylist() == [
        {"supplier_name": "Anthropic, PBC", "vendor": "anthropic", "match_kind": "name"},
        {"supplier_name": "ANTHROPIC", "vendor": "anthropic", "match_kind": "name"},
    ]
    assert Vendors([]).resolve(["x"]).num_rows == 0


@pytest.mark.parametrize(
    ("provider", "vendor"),
    [
        ("openai", "openai"),
        ("anthropic", "anthropic"),
        ("aws.bedrock", "aws"),
        ("azure.ai.openai", "microsoft"),
        ("gcp.vertex_ai", "google"),
        ("mistral_ai", "mistral"),
        ("x_ai", "xai"),
        ("AWS", "aws"),
        ("azure", "microsoft"),
    ],
)
def test_providers_of_usage_logs_are_vendors(provider: str, vendor: str) -> None:
    assert ALL.resolve_providers([provider])["vendor"].to_pylist() == [vendor]


def test_a_model_served_at_home_has_no_vendor() -> None:
    assert ALL.resolve_providers(["hosted_vllm", "ollama", None]).num_rows == 0


@given(st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    for reading in readings(text):
        assert reading.stripped == normalised(reading.stripped)
    ALL.match(text)
