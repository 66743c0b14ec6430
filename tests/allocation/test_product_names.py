"""Which product a name stands for: rules that can be read, and the reason with every answer."""

from __future__ import annotations

import pytest

from spendmap.allocation.products import Products, catalogue_products, one_letter_off
from spendmap.allocation.vendors import catalogue_ids, catalogue_vendors


@pytest.fixture(scope="module")
def products() -> Products:
    return Products(catalogue_products(), catalogue_vendors())


@pytest.mark.parametrize(
    ("written", "product", "why"),
    [
        ("MS Copilot", "microsoft-copilot", "the same words"),
        ("Copilot for MS 365", "microsoft-copilot", "but for an edition"),
        ("Microsoft365 Copilot", "microsoft-copilot", "the same words"),
        ("Microsoft Copilot 365", "microsoft-copilot", "another order"),
        ("Github CoPilot", "github-copilot", "the same words"),
        ("Microsoft Security Copilot", "microsoft-security-copilot", "the same words"),
        ("Azure Open AI", "azure-openai", "written together"),
        ("Googel Maps", "google-maps", "one letter off"),
        ("Plantir Foundry", "palantir-foundry", "one letter off"),
        ("AWS Q Developer \n(Gen AI-powered assistant)", "amazon-q-developer", "the same words"),
        ("CrowdStrike Falcon 1.0", "crowdstrike-falcon", "the same words"),
    ],
)
def test_a_spelling_stands_for_one_product_and_says_why(
    products: Products, written: str, product: str, why: str
) -> None:
    found = products.name_of(written)
    assert found is not None
    assert (found.id, found.is_catalogued) == (product, True)
    assert why in found.why


def test_a_product_nobody_catalogued_is_its_own_and_its_spellings_still_meet(products: Products) -> None:
    one, other = products.name_of("Magnet Copilot"), products.name_of("magnet copilot (pilot)")
    assert one is not None
    assert other is not None
    assert one.id == other.id
    assert (one.is_catalogued, one.vendor) == (False, None)


def test_an_uncatalogued_product_has_the_vendor_its_name_names(products: Products) -> None:
    found = products.name_of("Hootsuite OwlyWriter")
    assert found is not None
    assert found.id == "hootsuite-owlywriter"


def test_a_name_of_signs_is_no_product(products: Products) -> None:
    assert products.name_of(" -- ") is None


def test_short_names_are_never_taken_for_each_other() -> None:
    assert not one_letter_off("claude", "claudi")  # 6 letters: too few to tell a slip from another name
    assert one_letter_off("googlemaps", "googelmaps")
    assert not one_letter_off("microsoftword", "microsoftwork5")


def test_every_catalogued_product_has_a_vendor_of_the_catalogue() -> None:
    assert {each.vendor for each in catalogue_products()} <= catalogue_ids()
