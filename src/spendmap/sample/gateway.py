"""Source `gateway`: LiteLLM spend logs, one gzipped JSON-lines file a month.

Fernhill's log mover sums the calls of one customer, feature, model and stretch of a day into one line, so
that a year of traffic stays readable. LiteLLM counts cached tokens inside `prompt_tokens`.
"""

from __future__ import annotations

import hashlib
from bisect import bisect
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random

from spendmap.sample.distributions import clock, long_calls, short_calls
from spendmap.sample.facts import customers, declared
from spendmap.sample.features import FEATURES, Feature, Route
from spendmap.sample.months import MONTHS, Month, busyness, weekday
from spendmap.sample.prices import PRICE_CHANGE_MODEL, UNPRICED_MODEL, Rate, rate
from spendmap.sample.truth import Books
from spendmap.sample.writers import write_lines

LINES = 225_000  # log lines at scale 1, repeats not counted
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
    counts = {"duplicates": 0, "placeholders": 0, "cache_hits": 0, "failures": 0, "broken": 0, "calls": 0}
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


class _Writer:
    """Draws and formats the lines of one month after another."""

    def __init__(self, books: Books, traffic: Traffic, rng: Random, counts: dict[str, int]) -> None:
        self.books, self.traffic, self.rng, self.counts = books, traffic, rng, counts
        self.serial = 0
        self.category = {name: str(entry["category"]) for name, entry in declared("use_cases").items()}
        self.lengths = {"short": short_calls().calls, "long": long_calls().calls}
        self.clock = clock()
        self.keys = {f.name: hashlib.sha256(f"fernhill/{f.name}".encode()).hexdigest() for f in FEATURES}

    def month(self, month: Month, count: int) -> list[str]:
        """About `count` lines of one month, in the order of time, with repeats among them."""
        rng = self.rng
        busy = [busyness(day) for day in month.dates]
        features = list(accumulate(f.weight * f.growth**month.index for f in FEATURES))
        accounts = {f.name: [c for c in customers() if c.plan in f.plans and c.joined <= month.index] for f in FEATURES}
        weights = {name: list(accumulate(c.weight for c in found)) for name, found in accounts.items()}
        lines: list[str] = []
        for day, load in zip(month.dates, busy, strict=True):
            routes = {f.name: f.routes_on(day) for f in FEATURES}
            slots = self.clock[weekday(day)]
            times = sorted(
                min(bisect(slots, rng.random()), 3) * 21600 + int(rng.random() * 21600)
                for _ in range(round(count * load / sum(busy)))
            )
            for second in times:
                feature = FEATURES[min(bisect(features, rng.random() * features[-1]), len(FEATURES) - 1)]
                found = routes[feature.name]
                route = found[0] if len(found) == 1 or rng.random() < found[0].share else found[1]
                if route.model == PRICE_CHANGE_MODEL and day in QUIET:
                    route = found[0]
                customer, plan = "null", "internal"
                if feature.plans and rng.random() > 0.035:
                    cumulative = weights[feature.name]
                    who = accounts[feature.name][bisect(cumulative, rng.random() * cumulative[-1] * 0.999999)]
                    customer, plan = f'"{who.id}"', who.plan
                self._line(lines, month.key, day, second, feature, route, customer, plan)
        if month.key in BROKEN_LINES:
            at = len(lines) // 3
            lines.insert(at, lines[at][:180])
            self.counts["broken"] += 1
        return lines

    def _line(
        self,
        lines: list[str],
        month: str,
        day: str,
        second: int,
        feature: Feature,
        route: Route,
        customer: str,
        plan: str,
    ) -> None:
        rng = self.rng
        lengths = self.lengths[feature.lengths]
        one_in, one_cached, one_out = lengths[int(rng.random() * len(lengths))]
        calls = max(1, int(route.calls * (0.4 + 1.2 * rng.random())))
        if feature.lengths == "long" and route.calls > 10:
            # a day's stretch holds many different calls, so its mean is nearer the trace's mean than one call is
            one_in, one_cached, one_out = (one_in + 36_000) // 4, (one_cached + 12_500) // 4, (one_out + 1_000) // 4
        total_in = max(1, int(one_in * calls * route.input_factor))
        cached = int(one_cached * calls * route.input_factor)
        output = max(1, int(one_out * calls * route.output_factor))
        if route.model == PRICE_CHANGE_MODEL and total_in >= TIER_START:
            calls = max(1, calls * (TIER_START - 2_000) // total_in)
            cached, output = cached * (TIER_START - 2_000) // total_in, output * (TIER_START - 2_000) // total_in
            total_in = TIER_START - 2_000
        environment = "staging" if customer == "null" and feature.plans else "prod"
        draw = rng.random()
        if draw < 0.016 and customer != "null" and route.model != UNPRICED_MODEL:
            self.counts["cache_hits"] += 1
            lines.append(self._format(month, day, second, feature, route, customer, plan, environment, calls,
                                      total_in, cached, output, hit=True))  # fmt: skip
            return
        if draw < 0.042:
            self.counts["failures"] += 1
            lines.append(self._format(month, day, second, feature, route, customer, plan, environment, calls,
                                      total_in, cached, 0, failed=True))  # fmt: skip
            second = min(second + 2, 86399)
        line = self._format(month, day, second, feature, route, customer, plan, environment, calls, total_in,
                            cached, output, retries=int(0.016 <= draw < 0.042))  # fmt: skip
        if draw > 0.993:
            self.counts["placeholders"] += 1
            lines.append(self._placeholder(day, second, feature, route))
        lines.append(line)
        if 0.982 < draw <= 0.993:
            self.counts["duplicates"] += 1
            lines.append(line)

    def _format(
        self, month: str, day: str, second: int, feature: Feature, route: Route, customer: str, plan: str,
        environment: str, calls: int, total_in: int, cached: int, output: int, *,
        hit: bool = False, failed: bool = False, retries: int = 0,
    ) -> str:  # fmt: skip
        self.serial += 1
        write = (total_in - cached) // 16 if route.provider == "anthropic" else 0
        uncached = total_in - cached - write
        price = rate(route.model, day)
        pico = 0 if hit else self._enter(month, day, feature, route, price, uncached, cached, write, output)
        if not hit and not failed and customer != "null":
            self.traffic.runs[month, customer[1:-1], feature.name] += calls
            self.traffic.daily_runs[day, feature.use_case, plan] += calls
        if write:
            details = (
                f'"prompt_tokens_details":{{"cached_tokens":{cached},"cache_creation_token_details":'
                f'{{"ephemeral_5m_input_tokens":{write},"ephemeral_1h_input_tokens":0}}}},'
                f'"completion_tokens_details":{{"reasoning_tokens":0}},"cache_read_input_tokens":{cached},'
                f'"cache_creation_input_tokens":{write}'
            )
        else:
            details = (
                f'"prompt_tokens_details":{{"cached_tokens":{cached}}},'
                f'"completion_tokens_details":{{"reasoning_tokens":{output * 2 // 5 if output else 0}}}'
            )
        suite = ""
        if feature.eval_suites:
            suite = f',"eval_suite:{feature.eval_suites[self.serial % len(feature.eval_suites)]}"'
        milliseconds = 900 + output * 9 // calls + second % 700
        status = "failure" if failed else "success"
        end = min(second + milliseconds // 1000, 86399)
        return (
            f'{{"request_id":"{self.serial * 2654435761 % 4294967296:08x}-{self.serial:06x}","call_type":"acompletion",'
            f'"api_key":"{self.keys[feature.name]}","spend":{pico / 1e12:.6f},"total_tokens":{total_in + output},'
            f'"prompt_tokens":{total_in},"completion_tokens":{output},"startTime":"{day} {_clock(second)}",'
            f'"endTime":"{day} {_clock(end)}","request_duration_ms":{milliseconds},"model":"{route.model}",'
            f'"model_group":"{feature.name}","custom_llm_provider":"{route.provider}","user":"svc-{feature.team}",'
            f'"metadata":{{"usage_object":{{"prompt_tokens":{total_in},"completion_tokens":{output},'
            f'"total_tokens":{total_in + output},{details}}},"user_api_key_alias":"{feature.name}-{environment}",'
            f'"user_api_key_team_id":"team-{feature.team}","user_api_key_project_id":"proj-{feature.team}",'
            f'"status":"{status}","attempted_retries":{retries},"attempted_fallbacks":0,"spend_logs_metadata":'
            f'{{"use_case":"{feature.use_case}","cost_center":"{feature.cost_center}","plan":"{plan}","calls":{calls}}}}},'
            f'"cache_hit":"{hit}","request_tags":["feature:{feature.name}","env:{environment}"{suite}],'
            f'"team_id":"team-{feature.team}","end_user":{customer},"session_id":"run-{self.serial:07x}","status":"{status}"}}'
        )

    def _enter(
        self, month: str, day: str, feature: Feature, route: Route, price: Rate | None,
        uncached: int, cached: int, write: int, output: int,
    ) -> int:  # fmt: skip
        """Enter one paid line in the books; gives its cost, 0 when the model has no price."""
        self.counts["calls"] += 1
        if price is None:
            self.books.unpriced_rows[month, route.model] += 1
            self.books.unpriced_tokens[month, route.model] += uncached + cached + write + output
            return 0
        pico = price.cost(uncached, cached, output, write_5m=write)
        self.books.metered[month, route.provider] += pico
        # the OpenAI account's evidence is its bill: those lines are entered as invoiced
        evidence = "invoiced" if route.provider == "openai" else "metered"
        self.books.ai(month, self.category[feature.use_case], pico, evidence, use_case=feature.use_case)
        if route.provider == "openai":
            sums = self.traffic.tokens[day, route.model]
            sums[0] += uncached
            sums[1] += cached
            sums[2] += output
        return pico

    def _placeholder(self, day: str, second: int, feature: Feature, route: Route) -> str:
        """The all-zero line LiteLLM writes when a streamed call begins; the full line has the same request_id."""
        return (
            f'{{"request_id":"{self.serial * 2654435761 % 4294967296:08x}-{self.serial:06x}","call_type":"acompletion",'
            f'"api_key":"{self.keys[feature.name]}","spend":0.0,"total_tokens":0,"prompt_tokens":0,"completion_tokens":0,'
            f'"startTime":"{day} {_clock(second)}","endTime":"{day} {_clock(second)}","model":"{route.model}",'
            f'"model_group":"{feature.name}","custom_llm_provider":"{route.provider}","metadata":{{}},"cache_hit":"False",'
            f'"request_tags":[],"end_user":null,"status":"success"}}'
        )


@cache
def _clock(second: int) -> str:
    return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
