"""FOCUS Cost and Usage columns at the edge: which ledger column each fills, and which version of FOCUS a header is of.

The one place where FOCUS's own names are written for reading. Source: FOCUS 1.0 to 1.4, dataset Cost and Usage; the
names of the 1.5 working draft are known only to tell that a file uses them.
"""

from __future__ import annotations

from collections.abc import Iterable

COSTS: dict[str, str] = {
    "BilledCost": "billed_cost",
    "EffectiveCost": "effective_cost",
    "ContractedCost": "contracted_cost",
    "ListCost": "list_cost",
}
QUANTITIES: dict[str, str] = {
    "PricingQuantity": "pricing_quantity",
    "ListUnitPrice": "list_unit_price",
    "ContractedUnitPrice": "contracted_unit_price",
    "ConsumedQuantity": "consumed_quantity",
}
TIMES: dict[str, str] = {
    "ChargePeriodStart": "charge_period_start",
    "ChargePeriodEnd": "charge_period_end",
    "BillingPeriodStart": "billing_period_start",
    "BillingPeriodEnd": "billing_period_end",
}
MAPS: dict[str, str] = {"SkuPriceDetails": "sku_price_details", "Tags": "tags"}
PROSE: dict[str, str] = {"ChargeDescription": "charge_description"}
LABELS: dict[str, str] = {
    "ChargeCategory": "charge_category",
    "ChargeClass": "charge_class",
    "ChargeFrequency": "charge_frequency",
    "BillingAccountId": "billing_account_id",
    "BillingAccountName": "billing_account_name",
    "SubAccountId": "sub_account_id",
    "SubAccountName": "sub_account_name",
    "ServiceProviderName": "service_provider_name",
    "InvoiceIssuerName": "invoice_issuer_name",
    "HostProviderName": "host_provider_name",
    "PublisherName": "publisher_name",
    "InvoiceId": "invoice_id",
    "ServiceCategory": "service_category",
    "ServiceSubcategory": "service_subcategory",
    "ServiceName": "service_name",
    "SkuId": "sku_id",
    "SkuMeter": "sku_meter",
    "SkuPriceId": "sku_price_id",
    "ResourceId": "resource_id",
    "ResourceName": "resource_name",
    "ResourceType": "resource_type",
    "RegionId": "region_id",
    "PricingCategory": "pricing_category",
    "PricingUnit": "pricing_unit",
    "ConsumedUnit": "consumed_unit",
    "CommitmentDiscountId": "commitment_discount_id",
    "CommitmentDiscountStatus": "commitment_discount_status",
}
PROVIDER_BEFORE_1_3 = "ProviderName"  # ServiceProviderName since 1.3; both may be there in 1.3

READ: tuple[str, ...] = (
    "BillingCurrency",
    *COSTS,
    *TIMES,
    *LABELS,
    PROVIDER_BEFORE_1_3,
    *PROSE,
    *QUANTITIES,
    *MAPS,
)
"""Every column that is read."""

KEYED: tuple[str, ...] = (
    "BillingAccountId",
    "SubAccountId",
    "BillingCurrency",
    *TIMES,
    "ChargeCategory",
    "ChargeClass",
    "ChargeFrequency",
    "ChargeDescription",
    "ServiceProviderName",
    PROVIDER_BEFORE_1_3,
    "InvoiceIssuerName",
    "HostProviderName",
    "PublisherName",
    "ServiceName",
    "SkuId",
    "SkuMeter",
    "SkuPriceId",
    "SkuPriceDetails",
    "ResourceId",
    "RegionId",
    "PricingCategory",
    "CommitmentDiscountId",
    "CommitmentDiscountStatus",
)
"""What says which line a row is, in the order its key is made of. Costs, quantities, prices, invoice, tags and the
names of things are left out: they may change from one version of an export to the next, and the line is the same."""

IDENTITY: tuple[str, ...] = tuple(
    "billing_currency" if name == "BillingCurrency" else (TIMES | LABELS | PROSE | MAPS)[name]
    for name in KEYED
    if name != PROVIDER_BEFORE_1_3  # read into service_provider_name
)
"""The same as ledger columns."""

SHOWN_OF_A_REJECT: frozenset[str] = frozenset(READ) - {
    "ChargeDescription",
    "Tags",
    "BillingAccountName",
    "SubAccountName",
    "ResourceName",
}

_ADDED: tuple[tuple[str, frozenset[str]], ...] = (
    (
        "1.5 draft",
        frozenset({"PrincipalId", "ConsumerId", "CredentialId", "CredentialDetails", "RequesterDetails", "TagDetails"}),
    ),
    ("1.4", frozenset({"CommitmentProgramEligibilityDetails", "InvoiceDetailId"})),
    (
        "1.3",
        frozenset(
            {
                "AllocatedMethodDetails",
                "AllocatedMethodId",
                "AllocatedResourceId",
                "AllocatedResourceName",
                "AllocatedTags",
                "ContractApplied",
                "HostProviderName",
                "ServiceProviderName",
            }
        ),
    ),
    (
        "1.2",
        frozenset(
            {
                "BillingAccountType",
                "SubAccountType",
                "InvoiceId",
                "PricingCurrency",
                "PricingCurrencyContractedUnitPrice",
                "PricingCurrencyEffectiveCost",
                "PricingCurrencyListUnitPrice",
            }
        ),
    ),
    (
        "1.1",
        frozenset(
            {
                "CapacityReservationId",
                "CapacityReservationStatus",
                "CommitmentDiscountQuantity",
                "CommitmentDiscountUnit",
                "ServiceSubcategory",
                "SkuMeter",
                "SkuPriceDetails",
            }
        ),
    ),
)

_OTHER_DATASETS: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"ContractCommitmentId", "ContractCommitmentCategory"}), "Contract Commitment"),
    (frozenset({"InvoiceDetailGrain"}), "Invoice Detail"),
    (frozenset({"InvoiceIssueStatus"}), "Invoice Detail"),
    (frozenset({"BillingPeriodStatus"}), "Billing Period"),
)


def focus_version(columns: Iterable[str]) -> str:
    """The version of FOCUS a header is of.

    Rule: the newest version that added one of the columns; and 1.4, which took ProviderName and PublisherName out, when
    ServiceProviderName stands there without either. "1.0" when no later column is there.
    """
    names = frozenset(columns)
    for version, added in _ADDED:
        if not names & added:
            continue
        if version == "1.3" and "ServiceProviderName" in names and not names & {"ProviderName", "PublisherName"}:
            return "1.4"
        return version
    return "1.0"


def other_dataset(columns: Iterable[str]) -> str | None:
    """Name of the FOCUS dataset a header belongs to when it is not Cost and Usage."""
    names = frozenset(columns)
    for marks, dataset in _OTHER_DATASETS:
        if marks <= names and "ChargePeriodStart" not in names:
            return dataset
    return None


KNOWN: frozenset[str] = frozenset(READ).union(
    *(added for _, added in _ADDED),
    *(marks for marks, _ in _OTHER_DATASETS),
    {
        "AvailabilityZone",
        "CommitmentDiscountCategory",
        "CommitmentDiscountName",
        "CommitmentDiscountType",
        "RegionName",
    },
)
"""Every FOCUS column this project knows of, used to recognise a header in any case or in snake_case."""
