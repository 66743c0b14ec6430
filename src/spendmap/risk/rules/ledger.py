"""Rules on the ledger itself: what is unpriced, unplaced, dark, stale, double; budgets, renewals and sandboxes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from spendmap.risk.facts import Budget, Experiment, Facts, Source, Spend, Unspread, is_positive
from spendmap.risk.finding import Finding, Stake, Subject
from spendmap.risk.rules.internal_tools import NOTICE_LEAD_DAYS
from spendmap.vocabulary.exact import total
from spendmap.vocabulary.period import month_add

COVERED_TIMES = Decimal("1.05")  # payments may be this many times the finer sources' money before somebody should ask
DAYS_BEHIND = {"hourly": 2, "daily": 3, "weekly": 10}  # days without data after which a source is stale
MONTHS_BEHIND = {"monthly": 1, "quarterly": 3, "yearly": 12, "annually": 12}
CATEGORY = "ledger"


def lg001_unpriced_usage(facts: Facts) -> Iterator[Finding]:
    """LG001 A model is used and has no price.

    Kind: cost.
    Why it matters: its cost is in no total, and looks like nothing.
    Fires: usage rows of the period without a price, by provider and model; people's work whose role has no rate, by its
        kind. The money is unknown.
    Quiet: every row has a price, and every role a rate.
    """
    yield from _work_without_a_rate(facts)
    found: dict[tuple[str, str], list[Spend]] = defaultdict(list)
    for row in facts.ai:
        if row.unpriced_rows and row.origin != "activity":
            found[row.provider_name or "unknown", row.model or "unknown"].append(row)
    owners = {source.id: source.owner for source in facts.sources}
    for (provider, model), rows in sorted(found.items()):
        tokens = sum((row.input_tokens or 0) + (row.output_tokens or 0) for row in rows)
        count = sum(row.unpriced_rows for row in rows)
        yield Finding(
            "LG001",
            "cost",
            rows[0].category or CATEGORY,
            Subject("model", f"{provider}/{model}", model),
            f"{model} has no price",
            f"{count:,} usage rows with {tokens:,} tokens of {provider}/{model} have no price in {facts.period.label}.",
            f"Add one: `spendmap prices add {provider}/{model}/input_uncached PRICE`, then `spendmap allocate`.",
            stake=Stake(None, rows[0].currency, "effective", facts.period.label),
            owner=next(
                (owners[row.source_name] for row in rows if row.source_name and owners.get(row.source_name)), None
            ),
            evidence={"rows": str(count), "tokens": str(tokens)},
        )


def _work_without_a_rate(facts: Facts) -> Iterator[Finding]:
    found: dict[str, list[Spend]] = defaultdict(list)
    for row in facts.ai:
        if row.unpriced_rows and row.origin == "activity":
            found[row.service_name or "unknown"].append(row)
    for kind, rows in sorted(found.items()):
        count = sum(row.unpriced_rows for row in rows)
        yield Finding(
            "LG001",
            "cost",
            rows[0].category or CATEGORY,
            Subject("work_kind", kind, kind),
            f"Work of kind {kind} has no rate",
            f"{count:,} rows of people's work of kind {kind} have a role without a rate in {facts.period.label}.",
            "Declare the role's rate under `labour_rates` in register/, then `spendmap register apply register/` and "
            "`spendmap allocate`.",
            stake=Stake(None, rows[0].currency, "effective", facts.period.label),
            owner=next(
                (owner for row in rows if row.source_name and (owner := _owner_of(facts, row.source_name))), None
            ),
            evidence={"rows": str(count)},
        )


def lg002_unclassified_money(facts: Facts) -> Iterator[Finding]:
    """LG002 AI money has no category.

    Kind: operating.
    Why it matters: the map says that it is AI and cannot say of which kind.
    Fires: AI money or usage of the period is unclassified, by vendor.
    Quiet: nothing is unclassified but human work (HR004 speaks of that).
    """
    found: dict[str, list[Spend]] = defaultdict(list)
    for row in facts.ai:
        if row.category in (None, "unclassified") and row.origin != "activity":
            found[row.vendor or row.supplier_name or "unknown"].append(row)
    for vendor, rows in sorted(found.items()):
        stake = facts.stake(rows)
        if stake is None or stake.amount == 0:
            continue
        label = facts.label("vendor", vendor)
        yield Finding(
            "LG002",
            "operating",
            "unclassified",
            Subject("vendor", vendor, label),
            f"{label} is unclassified",
            f"{sum(row.rows for row in rows):,} rows are AI and no rule placed them.",
            "Write a rule in the workspace's rules/ folder, or a register key for its tool or use case.",
            stake=stake,
        )


def lg003_dark_usage(facts: Facts) -> Iterator[Finding]:
    """LG003 A vendor bills usage that no telemetry explains.

    Kind: operating.
    Why it matters: somebody calls the model past the gateway; nobody sees what for.
    Fires: billed usage of a vendor account in the period exceeds its metered usage. The money is the remainder.
    Quiet: metered usage explains the bill.
    """
    found: dict[tuple[str, str], list[Spend]] = defaultdict(list)
    for row in facts.ai:
        if row.method == "dark":
            found[row.vendor or "unknown", row.vendor_account or ""].append(row)
    for (vendor, account), rows in sorted(found.items()):
        stake = facts.stake(rows)
        if not is_positive(stake):
            continue
        name = f"{facts.label('vendor', vendor)} {account}".strip()
        yield Finding(
            "LG003",
            "operating",
            rows[0].category or CATEGORY,
            Subject("vendor_account", f"{vendor}/{account}".rstrip("/"), name),
            f"{name}: dark usage",
            "The account's bill is higher than all usage that was captured of it.",
            "List the account's API keys; bring the callers behind the gateway or capture their logs.",
            stake=stake,
            evidence={"models": ", ".join(sorted({row.model for row in rows if row.model}))},
        )


def lg004_stale_source(facts: Facts) -> Iterator[Finding]:
    """LG004 A source is behind its declared refresh.

    Kind: operating.
    Why it matters: what is missing at the end looks like a saving.
    Fires: a daily source has no data of the 3 days before the period's end (weekly: 10, hourly: 2); a monthly one none
        of the period's last month (quarterly: of the last three, yearly: twelve); or a source was never read.
    Quiet: no refresh is declared, or its first word is not one of these.
    """
    for source in facts.sources:
        behind = behind_refresh(source, facts.as_of, facts.last)
        if behind is not None:
            yield Finding(
                "LG004",
                "operating",
                CATEGORY,
                Subject("source", source.id, source.name),
                f"{source.name} is behind",
                f"Declared as {source.refresh}; {behind}.",
                f"Ask for the missing files, then `spendmap capture {source.id}`.",
                owner=source.owner,
            )


def lg005_paid_more_than_counted(facts: Facts) -> Iterator[Finding]:
    """LG005 A vendor was paid more than the finer sources count.

    Kind: cost.
    Why it matters: something on the invoice is in no usage log and no cost export: a missing account, or an error.
    Fires: covered payments of a vendor account by card or bank in the period, less the tax that its documents tell, are
        more than 5 % above what its bill or metered usage counts for the months they pay (the account's invoice lag is
        applied). The money is the difference.
    Quiet: up to 5 %; nothing to compare with; an invoice and its payment are one, and tax is no purchase.
    """
    for vendor, account, currency in sorted(
        {
            (row.vendor or "", row.vendor_account or "", row.currency)
            for row in facts.spend
            if _is_covered_payment(facts, row) and facts.period.first <= row.month <= facts.last
        }
    ):
        lag = facts.invoice_lag.get((vendor, account), 0)
        paid, counted, months = Decimal(0), Decimal(0), []
        for month in facts.period.months:
            rows = [
                row
                for row in facts.spend
                if (row.vendor or "", row.vendor_account or "", row.currency) == (vendor, account, currency)
            ]
            used = [row for row in rows if row.scope != "covered" and row.month == month_add(month, -lag)]
            if not used:
                continue
            months.append(month)
            paid += total(_billed(row) for row in rows if _is_covered_payment(facts, row) and row.month == month)
            counted += total(_billed(row) for row in used)
        told = (
            each.amount
            for each in facts.noticed
            if each.kind == "tax_told"
            and (each.vendor, each.vendor_account or "", each.currency) == (vendor, account, currency)
        )
        paid -= min(max(paid - counted, Decimal(0)), total(told))
        if not months or counted <= 0 or paid <= COVERED_TIMES * counted:
            continue
        name = f"{facts.label('vendor', vendor)} {account}".strip()
        yield Finding(
            "LG005",
            "cost",
            CATEGORY,
            Subject("vendor_account", f"{vendor}/{account}".rstrip("/"), name),
            f"{name} was paid more than is counted",
            f"Paid {paid:,.2f} {currency} for {counted:,.2f} counted from finer sources ({', '.join(months)}).",
            "Compare the invoice's lines with the export or the logs; ask the vendor about the difference.",
            stake=Stake(paid - counted, currency, "billed", facts.period.label),
            evidence={"paid": f"{paid:.2f}", "counted": f"{counted:.2f}", "invoice_lag_months": str(lag)},
        )


def lg006_source_without_owner(facts: Facts) -> Iterator[Finding]:
    """LG006 A source has no owner.

    Kind: operating.
    Why it matters: when it falls silent nobody is asked.
    Fires: a declared source names no owner.
    Quiet: an owner is stated.
    """
    for source in facts.sources:
        if not source.owner:
            yield Finding(
                "LG006",
                "operating",
                CATEGORY,
                Subject("source", source.id, source.name),
                f"{source.name} has no owner",
                "No owner of the source is registered.",
                "Name who answers for its completeness.",
            )


def lg007_sandbox_broken(facts: Facts) -> Iterator[Finding]:
    """LG007 A sandbox has outgrown its bounds.

    Kind: cost.
    Why it matters: an experiment is free of questions because it is small and ends; this one is not or did not.
    Fires: its last day has passed, or it cost more than its budget; or it states no end or no budget.
    Quiet: both bounds hold. While they do, findings on what it tries are quiet too.
    """
    for experiment in facts.experiments:
        broken = experiment.broken(facts.as_of - timedelta(days=1))
        if broken is not None:
            yield Finding(
                "LG007",
                "cost",
                CATEGORY,
                Subject("experiment", experiment.id, experiment.name),
                f"{experiment.name} has outgrown its sandbox",
                f"Experiment: {broken}.",
                "End it, or make it a use case, tool or agent with an owner and a budget.",
                stake=_spent(facts, experiment),
                owner=experiment.owner or facts.head(experiment.department),
            )


def lg008_budget_exceeded(facts: Facts) -> Iterator[Finding]:
    """LG008 A monthly budget is exceeded.

    Kind: cost.
    Why it matters: the plan and the map disagree; one of them must change.
    Fires: AI money of what the budget is for, in the period's last month and the budget's currency, is above its
        amount. The money is the excess.
    Quiet: the budget does not cover that month; its period is not a month.
    """
    for budget in facts.budgets:
        currency = budget.currency or facts.currency
        spent = total(
            row.effective_cost
            for row in facts.ai
            if row.month == facts.last and row.currency == currency and _is_for(budget, row)
        )
        in_force = (budget.start is None or f"{budget.start:%Y-%m}" <= facts.last) and (
            budget.end is None or facts.last <= f"{budget.end:%Y-%m}"
        )
        if in_force and spent > budget.amount:
            yield Finding(
                "LG008",
                "cost",
                dict(budget.conditions).get("category", CATEGORY),
                Subject("budget", budget.id, budget.name),
                f"{budget.name} is exceeded",
                f"{spent:,.2f} {currency} in {facts.last}; the budget is {budget.amount:,.2f}.",
                "Find what grew, then change the plan or the use.",
                stake=Stake(spent - budget.amount, currency, "effective", facts.last),
                owner=budget.owner,
            )


def lg009_contract_renewal_near(facts: Facts) -> Iterator[Finding]:
    """LG009 A contract renews soon and its notice day is near or past.

    Kind: cost.
    Why it matters: after the notice day the next term is agreed, at the vendor's terms.
    Fires: the notice day (renewal less notice days, none stated = 0) is at most 30 days after the period's end, or
        past, and the renewal is still ahead. The money is the commitment, for the term; else the vendor account's AI
        money of the period.
    Quiet: no renewal date, or it has passed.
    """
    for contract in facts.contracts:
        if contract.renewal_date is None or contract.status == "retired":
            continue
        notice = contract.renewal_date - timedelta(days=contract.notice_days or 0)
        if not (facts.as_of < contract.renewal_date and notice <= facts.as_of + timedelta(days=NOTICE_LEAD_DAYS)):
            continue
        stake = facts.stake(
            facts.where(
                lambda row, c=contract: (
                    c.vendor is not None  # type: ignore[misc]
                    and row.vendor == c.vendor
                    and c.vendor_account in (None, row.vendor_account)
                )
            )
        )
        if contract.commitment is not None:
            stake = Stake(contract.commitment, contract.currency or facts.currency, "contracted", "term")
        past = " It has passed: ask the vendor whether notice is still taken." if notice < facts.as_of else ""
        yield Finding(
            "LG009",
            "cost",
            CATEGORY,
            Subject("contract", contract.id, contract.name),
            f"{contract.name} renews on {contract.renewal_date}",
            f"Notice is due by {notice}.{past}",
            "Decide what is asked for, and give or withhold notice in time.",
            stake=stake,
            owner=contract.owner,
            due=notice,
            evidence={"renewal_date": str(contract.renewal_date), "notice_day": str(notice)},
        )


def lg010_pool_reaches_nobody(facts: Facts) -> Iterator[Finding]:
    """LG010 Shared money was to be spread, and nobody received it.

    Kind: operating.
    Why it matters: a use case looks cheaper than it is, and the split that was to say so is silently without effect.
    Fires: a split names a driver, and part of its pool's money of the period stays in the pool: the driver is zero for
        every receiver, no receiver is known, or pools give only to each other. The money is what stays.
    Quiet: the split gives the pool to nobody on purpose.
    """
    found: dict[tuple[str, str, str], list[Unspread]] = defaultdict(list)
    for each in facts.unspread:
        found[each.pool, each.name, each.currency].append(each)
    for (pool, name, currency), rows in sorted(found.items()):
        costs = [row.effective_cost for row in rows if row.effective_cost is not None]
        if costs and total(costs) == 0:
            continue
        reasons = "; ".join(sorted({row.reason for row in rows}))
        yield Finding(
            "LG010",
            "operating",
            CATEGORY,
            Subject("split", pool, name),
            f"{name} reaches no use case",
            f"The split {pool} leaves money in its pool: {reasons}.",
            f"Look at it with `spendmap splits --pool {pool} --long`, then name another driver or other receivers.",
            stake=Stake(total(costs) if costs else None, currency, "effective", facts.period.label),
            evidence={"reason": reasons, "last_month": max(row.last_month for row in rows)},
        )


def lg015_perhaps_counted_twice(facts: Facts) -> Iterator[Finding]:
    """LG015 Two sources tell of calls that look the same.

    Kind: cost.
    Why it matters: a call that two logs saw and that bears no common id counts twice, in silence.
    Fires: two sources show calls of the same account, model and tokens within two seconds in the period, and nothing
        says whether they are the same. The money is what counts a second time.
    Quiet: the calls share the provider's id, or one source is declared to see the other (`sees`).
    """
    for each in facts.doubtful:
        if each.kind != "perhaps":
            continue
        yield Finding(
            "LG015",
            "cost",
            CATEGORY,
            Subject("source", f"{each.other}+{each.source}{_in(facts, each.currency)}", each.other or each.source),
            f"{each.other} and {each.source} perhaps tell of the same calls",
            f"{each.calls:,} calls with {each.tokens:,} tokens of {each.other} have a twin in {each.source}: the same "
            f"model and tokens within two seconds. They count twice.",
            f"If they are the same, declare `sees: [{each.source}]` on {each.other} in register/sources.yaml, "
            "then `spendmap register apply` and `spendmap allocate`; if not, accept this finding.",
            stake=Stake(each.amount, each.currency, "effective", facts.period.label),
            owner=_owner_of(facts, each.other),
            evidence={"calls": str(each.calls), "tokens": str(each.tokens), "other_source": each.source},
        )


def lg016_failed_calls_counted(facts: Facts) -> Iterator[Finding]:
    """LG016 Failed calls count though nobody says that they were bought.

    Kind: cost.
    Why it matters: some providers charge the input of a call that timed out, others do not; the log does not tell.
    Fires: failed calls of the period with input and no output, whose error is no refusal and whose source reports no
        cost. The money is what they cost at the price in force.
    Quiet: the call was refused (400, 401, 403, 404, 413, 422, 429), or a cost is reported, 0 included.
    """
    for each in facts.doubtful:
        if each.kind != "failed":
            continue
        yield Finding(
            "LG016",
            "cost",
            CATEGORY,
            Subject("source", f"{each.source}{_in(facts, each.currency)}", each.source),
            f"{each.source}: failed calls are counted",
            f"{each.calls:,} calls with {each.tokens:,} input tokens failed without an answer; no cost is reported.",
            "Compare a day of them with the provider's usage page; let the log report the cost or the HTTP status.",
            stake=Stake(each.amount, each.currency, "effective", facts.period.label),
            owner=_owner_of(facts, each.source),
            evidence={"calls": str(each.calls), "tokens": str(each.tokens)},
        )


def behind_refresh(source: Source, as_of: date, last: str) -> str | None:
    """How a source is behind its declared refresh on the first day after month `last`, in words; None: it is not."""
    words = (source.refresh or "").casefold().replace(",", " ").split()
    refresh = words[0] if words else ""
    if refresh in DAYS_BEHIND:
        if source.last_month is None:
            return "it was never read"
        bound = as_of - timedelta(days=DAYS_BEHIND[refresh])
        if source.last_month > last or (source.last_day is not None and source.last_day >= bound):
            return None
        return f"its last data are of {source.last_day or source.last_month}"
    if refresh in MONTHS_BEHIND:
        if source.last_month is None:
            return "it was never read"
        oldest = month_add(last, 1 - MONTHS_BEHIND[refresh])
        return None if source.last_month >= oldest else f"its last data are of {source.last_month}"
    return None


def _billed(row: Spend) -> Decimal | None:
    """What the invoice says, else what the usage costs."""
    return row.billed_cost if row.billed_cost is not None else row.effective_cost


def _is_covered_payment(facts: Facts, row: Spend) -> bool:
    """Covered usage is another row's call, and a covered document another one's copy: neither is money paid."""
    return row.scope == "covered" and row.origin == "charge" and row.source_name in facts.payers


def _in(facts: Facts, currency: str) -> str:
    """Tells the findings of one source apart where it has another currency too."""
    return "" if currency == facts.currency else f"/{currency}"


def _owner_of(facts: Facts, source: str | None) -> str | None:
    return next((each.owner for each in facts.sources if each.id == source), None)


def _is_for(budget: Budget, row: Spend) -> bool:
    return all(getattr(row, field) == value for field, value in budget.conditions)


def _spent(facts: Facts, experiment: Experiment) -> Stake | None:
    if experiment.spent is None:
        return None
    return Stake(experiment.spent, experiment.currency or facts.currency, "effective", "since its start")


RULES = (
    lg001_unpriced_usage,
    lg002_unclassified_money,
    lg003_dark_usage,
    lg004_stale_source,
    lg005_paid_more_than_counted,
    lg006_source_without_owner,
    lg007_sandbox_broken,
    lg008_budget_exceeded,
    lg009_contract_renewal_near,
    lg010_pool_reaches_nobody,
    lg015_perhaps_counted_twice,
    lg016_failed_calls_counted,
)
