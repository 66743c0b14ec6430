"""A FOCUS Cost and Usage sheet in the making: rows of named cells, written as gzipped CSV or as Parquet.

Column names are FOCUS's own. Every row states its four costs in pico-dollars; they are printed exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from spendmap.sample.money import dollars, micro, usd
from spendmap.sample.months import Month, next_day
from spendmap.sample.writers import write_csv

FOCUS_1_2: tuple[str, ...] = (
    "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency", "BillingPeriodStart", "BillingPeriodEnd",
    "ChargeCategory", "ChargeClass", "ChargeDescription", "ChargeFrequency", "ChargePeriodStart", "ChargePeriodEnd",
    "CommitmentDiscountId", "CommitmentDiscountStatus", "ConsumedQuantity", "ConsumedUnit", "ContractedCost",
    "ContractedUnitPrice", "EffectiveCost", "InvoiceId", "InvoiceIssuerName", "ListCost", "ListUnitPrice",
    "PricingCategory", "PricingCurrency", "PricingQuantity", "PricingUnit", "ProviderName", "PublisherName", "RegionId",
    "ResourceId", "ResourceName", "ResourceType", "ServiceCategory", "ServiceName", "ServiceSubcategory", "SkuId",
    "SkuMeter", "SkuPriceDetails", "SkuPriceId", "SubAccountId", "SubAccountName", "Tags",
)  # fmt: skip
FOCUS_1_3: tuple[str, ...] = (*FOCUS_1_2, "HostProviderName", "ServiceProviderName")

TOKEN_UNIT = "1000000 Tokens"

_COSTS = ("ListCost", "ContractedCost", "EffectiveCost", "BilledCost")
_NUMBERS = {*_COSTS, "ConsumedQuantity", "ContractedUnitPrice", "ListUnitPrice", "PricingQuantity"}
_TIMES = {"BillingPeriodStart", "BillingPeriodEnd", "ChargePeriodStart", "ChargePeriodEnd"}


@dataclass(frozen=True)
class Costs:
    """The four costs of a line, pico-dollars."""

    list: int
    contracted: int
    effective: int
    billed: int


@dataclass(frozen=True)
class Metered:
    """What was metered: a quantity in millionths of the unit and two unit prices in micro-dollars."""

    quantity_micro: int
    unit: str
    list_micro: int
    contracted_micro: int

    def costs(self, effective_micro: int | None = None, *, is_committed: bool = False) -> Costs:
        """Costs at these prices; a committed line is paid elsewhere, so it bills nothing."""
        listed, contracted = self.quantity_micro * self.list_micro, self.quantity_micro * self.contracted_micro
        effective = contracted if effective_micro is None else self.quantity_micro * effective_micro
        return Costs(listed, contracted, effective, 0 if is_committed else effective)


@dataclass
class Sheet:
    """Rows of one export. `base` holds the cells all rows share."""

    columns: Sequence[str]
    base: dict[str, str]
    rows: list[dict[str, str]] = field(default_factory=list)

    def add(self, month: Month, day: str | None, costs: Costs, metered: Metered | None, **cells: str) -> None:
        """A line of one UTC day, or of the whole month when `day` is None."""
        start, end = (day, next_day(day)) if day else (month.first, month.end)
        row = {
            **self.base,
            "BillingPeriodStart": f"{month.first}T00:00:00Z",
            "BillingPeriodEnd": f"{month.end}T00:00:00Z",
            "ChargePeriodStart": f"{start}T00:00:00Z",
            "ChargePeriodEnd": f"{end}T00:00:00Z",
            "ListCost": usd(costs.list),
            "ContractedCost": usd(costs.contracted),
            "EffectiveCost": usd(costs.effective),
            "BilledCost": usd(costs.billed),
            "InvoiceId": f"{self.base['InvoiceId']}-{month.key}",
        }
        if metered is not None:
            is_tokens = metered.unit == TOKEN_UNIT  # millionths of a million are single tokens
            row |= {
                "PricingQuantity": micro(metered.quantity_micro),
                "PricingUnit": metered.unit,
                "ListUnitPrice": micro(metered.list_micro),
                "ContractedUnitPrice": micro(metered.contracted_micro),
                "ConsumedQuantity": str(metered.quantity_micro) if is_tokens else micro(metered.quantity_micro),
                "ConsumedUnit": "Tokens" if is_tokens else metered.unit,
            }
        self.rows.append({**row, **cells})

    def billed(self) -> int:
        """Billed cost of all rows, pico-dollars."""
        return sum(dollars(row["BilledCost"]) for row in self.rows)

    def write_csv(self, path: Path) -> None:
        """As CSV; gzipped when the name ends in `.gz`."""
        write_csv(path, self.columns, ([row.get(name) for name in self.columns] for row in self.rows))

    def write_parquet(self, path: Path) -> None:
        """As Parquet with decimal costs and UTC times."""
        path.parent.mkdir(parents=True, exist_ok=True)
        arrays: list[Any] = []
        for name in self.columns:
            cells = [row.get(name) for row in self.rows]
            if name in _NUMBERS:
                arrays.append(pa.array([Decimal(cell) if cell else None for cell in cells], pa.decimal128(38, 12)))
            elif name in _TIMES:
                moments = pa.array([cell.rstrip("Z") if cell else None for cell in cells], pa.string())
                arrays.append(moments.cast(pa.timestamp("us")).cast(pa.timestamp("us", tz="UTC")))
            else:
                arrays.append(pa.array(cells, pa.string()))
        pq.write_table(pa.table(arrays, names=list(self.columns)), path, compression="zstd")
