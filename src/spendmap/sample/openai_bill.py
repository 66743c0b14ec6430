"""Source `openai-focus`: OpenAI's cost export in FOCUS 1.2 form, by day, model and meter.

The bill holds what the gateway logged and 7 % more: one batch importer uses the account's key directly, so
its calls are billed and never logged. The same money arrives three times (log, export, invoice).
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from spendmap.sample.focus_sheet import FOCUS_1_2, Metered, Sheet
from spendmap.sample.gateway import Traffic
from spendmap.sample.money import usd
from spendmap.sample.months import MONTHS
from spendmap.sample.prices import rate
from spendmap.sample.truth import Books

SOURCE = "openai-focus"
ACCOUNT = "org-fernhill"
BILLED_BY = f"openai/{ACCOUNT}"
DARK_PERCENT = 7  # of the bill
DARK_MODEL = "gpt-5-mini-2025-08-07"  # what the importer calls


def write_openai_bill(out: Path, books: Books, traffic: Traffic) -> dict[str, int]:
    """Write the monthly files; gives the billed cost per month, pico-dollars."""
    load = books.loads[SOURCE]
    billed: dict[str, int] = defaultdict(int)
    days: dict[str, list[tuple[str, list[int]]]] = defaultdict(list)
    for (day, model), tokens in sorted(traffic.tokens.items()):
        days[day].append((model, tokens))
    for month in MONTHS:
        sheet = _sheet()
        for day in month.dates:
            logged = 0
            found = {model: list(tokens) for model, tokens in days[day]}
            for model, (uncached, cached, output) in found.items():
                price = rate(model, day)
                if price is None:
                    raise KeyError(model)
                logged += price.cost(uncached, cached, output)
            dark = _dark_tokens(logged, day)
            mini = found.setdefault(DARK_MODEL, [0, 0, 0])
            for meter in range(3):
                mini[meter] += dark[meter]
            cost = _lines(sheet, month.index, day, found)
            billed[month.key] += cost
            books.dark[month.key, BILLED_BY] += cost - logged
            books.ai(month.key, "product_inference", cost - logged, "invoiced", account=BILLED_BY)
        books.billed[month.key, BILLED_BY] = billed[month.key]
        sheet.write_csv(out / "sources" / SOURCE / f"costs_{month.key}.csv")
        load.files += 1
        load.lines += len(sheet.rows)
        load.rows_read += len(sheet.rows)
        load.rows_loaded += len(sheet.rows)
    dark_sum = sum(pico for (_, account), pico in books.dark.items() if account == BILLED_BY)
    books.planted["dark_usage"] = {
        "account": BILLED_BY,
        "what": "a batch importer calls OpenAI without the gateway",
        "share_percent": DARK_PERCENT,
        "effective_cost": usd(dark_sum),
        "billed_cost": usd(sum(billed.values())),
    }
    books.planted["triple_arriving_vendor"] = {
        "vendor": "openai",
        "account": ACCOUNT,
        "sources": ["gateway", SOURCE, "ap-ledger"],
        "counted_once_as": usd(sum(billed.values())),
    }
    return dict(billed)


def _dark_tokens(logged: int, day: str) -> tuple[int, int, int]:
    """Tokens (uncached, cached, output) of a day's unlogged calls, worth 7/93 of what was logged."""
    price = rate(DARK_MODEL, day)
    if price is None:
        raise KeyError(DARK_MODEL)
    worth = logged * DARK_PERCENT // (100 - DARK_PERCENT)
    output = worth // 3 // price.output
    uncached = (worth - output * price.output) // price.input_uncached
    return uncached, 0, output


def _sheet() -> Sheet:
    return Sheet(
        FOCUS_1_2,
        {
            "BillingAccountId": ACCOUNT,
            "BillingAccountName": "Fernhill",
            "BillingCurrency": "USD",
            "ChargeCategory": "Usage",
            "ChargeFrequency": "Usage-Based",
            "InvoiceId": "OAI",
            "InvoiceIssuerName": "OpenAI OpCo, LLC",
            "PricingCategory": "Standard",
            "PricingCurrency": "USD",
            "ProviderName": "OpenAI",
            "PublisherName": "OpenAI",
            "ServiceCategory": "AI and Machine Learning",
            "ServiceName": "OpenAI API",
            "ServiceSubcategory": "Generative AI",
            "SubAccountId": "proj_assistant",
            "SubAccountName": "assistant",
            "Tags": "{}",
        },
    )


def _lines(sheet: Sheet, month_index: int, day: str, found: dict[str, list[int]]) -> int:
    month, total = MONTHS[month_index], 0
    for model, tokens in sorted(found.items()):
        price = rate(model, day)
        if price is None:
            raise KeyError(model)
        meters = (
            ("input", "Uncached", price.input_uncached),
            ("cached input", "Read", price.cache_read),
            ("output", "", price.output),
        )
        for count, (meter, cache, pico) in zip(tokens, meters, strict=True):
            if not count:
                continue
            # one million tokens at `pico` pico-dollars each cost `pico` micro-dollars
            metered = Metered(count, "1000000 Tokens", pico, pico)
            costs = metered.costs()
            direction = "Output" if meter == "output" else "Input"
            action = f',"x_TokenCacheAction":"{cache}"' if cache else ""
            sheet.add(
                month, day, costs, metered, SkuId=f"{model}, {meter}", SkuMeter=f"{meter} tokens",
                ChargeDescription=f"{model}, {meter}", ResourceType="Model",
                SkuPriceDetails=f'{{"x_ModelId":"{model}","x_TokenDirection":"{direction}"{action}}}',
            )  # fmt: skip
            total += costs.effective
    return total
