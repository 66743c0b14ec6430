"""Source `gateway`: LiteLLM spend logs, one gzipped JSON-lines file a month.

Fernhill's log mover sums the calls of one customer, feature, model and stretch of a day into one line, so
that a year of traffic stays readable. LiteLLM counts cached tokens inside `prompt_tokens`.
"""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from random import Random

from spendmap.sample.distributions import clock, long_calls, short_calls
from spendmap.sample.facts import API_ACCOUNTS, customers, declared
from spendmap.sample.features import FEATURES, Feature, Route
from spendmap.sample.gateway_lines import Call, Form
from spendmap.sample.months import MONTHS, Month, busyness, weekday
from spendmap.sample.prices import PRICE_CHANGE_MODEL, Rate, rate
from spendmap.sample.truth import Books
from spendmap.sample.writers import write_lines

LINES = 215_000  # log lines at scale 1, repeats not counted
SOURCE = "gateway"
TIER_START = 272_000  # input tokens above which gpt-5.6-sol costs more; its lines stay below
BROKEN_LINES = ("2026-02", "2026-05")  # months in which a crash cut one line short
QUIET = ("2026-08-20", "2026-08-21")  # the copilot was frozen around the price change, so no call straddles it


@dataclass
class Traffic:
    """What the OpenAI bill is made from: tokens by day and model (uncached, cached, output), and what they cost."""

    tokens: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))
    runs: dict[tuple[str, str, str], int] = field(default_factory=lambda: defaultdict(int))  # month, customer, feature
    daily_runs: dict[tuple[str, str, str], int] = field(default_factory=lambda: defaultdict(int))  # day, use case, plan


def write_gateway(out: Path, books: Books, rng: Random, scale: float) -> Traffic:
    """Write the files, enter every line in the books, return the traffic the bill is made from."""
    traffic = Traffic()
    growth = [1.036**month.index * (1 + 0.03 * ((month.index * 5) % 3 - 1)) for month in MONTHS]
    counts = {"duplicates": 0, "placeholders": 0, "cache_hits": 0, "failures": 0, "broken": 0}
    writer = _Writer(books, traffic, rng, counts)
    load = books.loads[SOURCE]
    for month in MONTHS:
        lines = writer.month(month, max(40, round(LINES * scale * growth[month.index] / sum(growth))))
        write_lines(out / "sources" / SOURCE / f"spendlogs_{month.key}.jsonl.gz", lines)
        load.files += 1
        load.lines += len(lines)
    repeats = counts["duplicates"] + counts["placeholders"]
    load.rows_read, load.rows_duplicate, load.rows_quarantined = load.lines, repeats, counts["broken"]
    load.rows_loaded = load.lines - repeats - counts["broken"]
    books.planted["duplicate_log_lines"] = {"source": SOURCE, "rows": counts["duplicates"], "what": "the line again"}
    books.planted["placeholder_log_lines"] = {
        "source": SOURCE,
        "rows": counts["placeholders"],
        "what": "same request_id, all zero, written before the call ended",
    }
    books.planted["broken_log_lines"] = {"source": SOURCE, "rows": counts["broken"], "months": list(BROKEN_LINES)}
    books.planted["gateway_cache_hits"] = {"source": SOURCE, "rows": counts["cache_hits"], "what": "nothing was bought"}
    books.planted["failed_calls"] = {"source": SOURCE, "rows": counts["failures"], "what": "input paid, no output"}
    return traffic


@dataclass
class _Route:
    """A feature's traffic to one model on one day: forms by environment, the price, and its sums so far."""

    feature: Feature
    route: Route
    price: Rate | None
    forms: dict[str, Form]
    rows: int = 0
    uncached: int = 0
    cached: int = 0
    written: int = 0
    output: int = 0

    def enter(self, call: Call) -> int:
        """Add one paid line to the sums; gives its cost, 0 when the model has no price."""
        uncached = call.total_in - call.cached - call.written
        self.rows += 1
        self.uncached += uncached
        self.cached += call.cached
        self.written += call.written
        self.output += call.output
        if self.price is None:
            return 0
        return self.price.cost(uncached, call.cached, call.output, write_5m=call.written)


class _Writer:
    """Draws the lines of one month after another."""

    def __init__(self, books: Books, traffic: Traffic, rng: Random, counts: dict[str, int]) -> None:
        self.books, self.traffic, self.rng, self.counts = books, traffic, rng, counts
        self.serial = 0
        self.category = {name: str(entry["category"]) for name, entry in declared("use_cases").items()}
        self.lengths = {"short": short_calls().calls, "long": long_calls().calls}
        self.clock = clock()
        self.forms: dict[tuple[str, str], dict[str, Form]] = {}

    def month(self, month: Month, count: int) -> list[str]:
        """About `count` lines of one month, in the order of time, with repeats among them."""
        rng = self.rng
        busy = [busyness(day) for day in month.dates]
        cumulative = list(accumulate(f.weight * f.growth**month.index for f in FEATURES))
        accounts = {f.name: [c for c in customers() if c.plan in f.plans and c.joined <= month.index] for f in FEATURES}
        weights = {name: list(accumulate(c.weight for c in found)) for name, found in accounts.items()}
        lines: list[str] = []
        for day, load in zip(month.dates, busy, strict=True):
            routes = [[self._route(f, route, day) for route in f.routes_on(day)] for f in FEATURES]
            slots = self.clock[weekday(day)]
            times = sorted(
                min(bisect(slots, rng.random()), 3) * 21600 + int(rng.random() * 21600)
                for _ in range(round(count * load / sum(busy)))
            )
            for second in times:
                found = routes[min(bisect(cumulative, rng.random() * cumulative[-1]), len(FEATURES) - 1)]
                chosen = found[0] if len(found) == 1 or rng.random() < found[0].route.share else found[1]
                if chosen.route.model == PRICE_CHANGE_MODEL and day in QUIET:
                    chosen = found[0]
                customer, plan = None, "internal"
                if chosen.feature.plans and rng.random() > 0.035:
                    shares = weights[chosen.feature.name]
                    who = accounts[chosen.feature.name][bisect(shares, rng.random() * shares[-1] * 0.999999)]
                    customer, plan = who.id, who.plan
                self._lines(lines, chosen, self._call(chosen, day, second, customer, plan))
            for each in (route for found in routes for route in found):
                self._enter(month.key, day, each)
        if month.key in BROKEN_LINES:
            at = len(lines) // 3
            lines.insert(at, lines[at][:180])
            self.counts["broken"] += 1
        return lines

    def _route(self, feature: Feature, route: Route, day: str) -> _Route:
        key = (feature.name, route.model)
        if key not in self.forms:
            self.forms[key] = {name: Form.of(feature, route, name) for name in ("prod", "staging")}
        return _Route(feature, route, rate(route.model, day), self.forms[key])

    def _call(self, to: _Route, day: str, second: int, customer: str | None, plan: str) -> Call:
        rng, route = self.rng, to.route
        lengths = self.lengths[to.feature.lengths]
        one_in, one_cached, one_out = lengths[int(rng.random() * len(lengths))]
        calls = max(1, int(route.calls * (0.4 + 1.2 * rng.random())))
        if to.feature.lengths == "long" and route.calls > 10:
            # a day's stretch holds many different calls, so its mean is nearer the trace's mean than one call is
            one_in, one_cached, one_out = (one_in + 36_000) // 4, (one_cached + 12_500) // 4, (one_out + 1_000) // 4
        total_in = max(1, int(one_in * calls * route.input_factor))
        cached = int(one_cached * calls * route.input_factor)
        output = max(1, int(one_out * calls * route.output_factor))
        if route.model == PRICE_CHANGE_MODEL and total_in >= TIER_START:
            room = TIER_START - 2_000
            calls = max(1, calls * room // total_in)
            cached, output, total_in = cached * room // total_in, max(1, output * room // total_in), room
        written = (total_in - cached) // 16 if route.provider == "anthropic" else 0
        return Call(day, second, customer, plan, calls, total_in, cached, written, output)

    def _lines(self, lines: list[str], to: _Route, call: Call) -> None:
        """Append the line of a call, with what goes before or after it."""
        self.serial += 1
        session, draw = self.serial, self.rng.random()
        form = to.forms["staging" if call.customer is None and to.feature.plans else "prod"]
        suites = to.feature.eval_suites
        suite = f',"eval_suite:{suites[session % len(suites)]}"' if suites else ""
        if draw < 0.016 and call.customer is not None and to.price is not None:
            self.counts["cache_hits"] += 1
            lines.append(form.line(session, session, call, 0, hit=True, suite=suite))
            return
        failed = draw < 0.042
        if failed:
            self.counts["failures"] += 1
            broken = call._replace(output=0)
            lines.append(form.line(session, session, broken, to.enter(broken), failed=True, suite=suite))
            self.serial += 1
            call = call._replace(second=min(call.second + 2, 86399))
        line = form.line(self.serial, session, call, to.enter(call), retries=int(failed), suite=suite)
        if call.customer is not None:
            self.traffic.runs[call.day[:7], call.customer, to.feature.name] += call.calls
            self.traffic.daily_runs[call.day, to.feature.use_case, call.plan] += call.calls
        if draw > 0.993:
            self.counts["placeholders"] += 1
            lines.append(form.placeholder(self.serial, call))
        lines.append(line)
        if 0.982 < draw <= 0.993:
            self.counts["duplicates"] += 1
            lines.append(line)

    def _enter(self, month: str, day: str, to: _Route) -> None:
        """Enter what one route carried on one day in the books."""
        if not to.rows:
            return
        model, provider, use_case = to.route.model, to.route.provider, to.feature.use_case
        if to.price is None:
            self.books.unpriced_rows[month, model] += to.rows
            self.books.unpriced_tokens[month, model] += to.uncached + to.cached + to.written + to.output
            return
        pico = to.price.cost(to.uncached, to.cached, to.output, write_5m=to.written)
        self.books.metered[month, provider] += pico
        # both accounts send bills: what the log carries of them is invoiced money
        self.books.ai(
            month, self.category[use_case], pico, "invoiced", account=API_ACCOUNTS[provider], use_case=use_case
        )
        if provider == "openai":
            sums = self.traffic.tokens[day, model]
            sums[0] += to.uncached
            sums[1] += to.cached
            sums[2] += to.output
