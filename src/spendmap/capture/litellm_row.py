"""One LiteLLM spend-log line as one row of `usage`.

Source: `LiteLLM_SpendLogs` of LiteLLM 1.109 (schema.prisma of litellm-proxy-extras) and its `metadata` keys.
Amounts are USD and LiteLLM's own estimate; times without a zone are UTC.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from spendmap.capture.bought import (
    GATEWAY_CACHE,
    REFUSAL_CODES,
    REFUSED,
    STORED_ANSWER,
    billing_mode,
    is_reading,
    is_refused,
    refusal_code,
    response_id,
)
from spendmap.capture.connector import ReadContext
from spendmap.capture.jsonl import Record, parse_exact
from spendmap.capture.litellm_batches import HELD_ROWS, About, BatchRows
from spendmap.capture.litellm_caller import LINE_FIELDS, METADATA_FIELDS, Caller, Callers
from spendmap.capture.litellm_tokens import tokens_of
from spendmap.capture.meters import ABOVE_TOTAL, Tokens, completeness_of
from spendmap.capture.service_tiers import service_tier
from spendmap.capture.shapes import Shapes
from spendmap.capture.text_cells import TextCells
from spendmap.capture.usage_rows import RawSum, instant, money

COLUMNS = (
    "source_line",
    "natural_key",
    "completeness",
    "charge_period_start",
    "charge_period_end",
    "latency_ms",
    *Caller._fields,
    "billing_account_id",
    "principal_id",
    "service_tier",
    "region_id",
    "status",
    "response_id",
    "witness",
    "not_bought",
    "billing_mode",
    "is_retry",
    "is_fallback",
    "is_streamed",
    "is_cache_hit",
    *Tokens._fields,
    "requests",
    "web_searches",
    "provider_reported_cost",
    "provider_reported_currency",
    "tags",
)
KEPT_OF_REJECTS = (
    "request_id",
    "litellm_call_id",
    "call_type",
    "startTime",
    "endTime",
    "model",
    "model_group",
    "status",
)

SPEND = b'"spend"'
_NUMBER = re.compile(rb"\s*:\s*(-?[0-9][0-9.eE+-]*)")
_STATUS = {"success": "ok", "failure": "error"}
TRUTH = {"true": True, "True": True, "false": False, "False": False, True: True, False: False, None: None}
_LONGEST = 10**12  # ms; a longer call is none
_NOTHING_BOUGHT = Tokens(*[0] * 6)
_NO_COST = (None, None)
NO_METADATA = (None,) * 16
OPERATION = Caller._fields.index("operation")
_KEY, _MODEL = Caller._fields.index("api_key_id"), Caller._fields.index("response_model")
_NOT_BOUGHT, _ANSWERED = COLUMNS.index("not_bought"), COLUMNS.index("response_model")
_CALL_TYPE = LINE_FIELDS.index("call_type")
OWN_ID = r"^(?:chatcmpl|cmpl|resp|msg|gen|embd|modr|batch|rerank|score|pool)[-_]\S"
_OWN_ID = re.compile(OWN_ID)
"""How the ids that providers give to answers begin; a gateway's own have no such beginning."""
ID_LENGTH = 20  # characters from which an id without such a beginning can be a provider's
_UNFINISHED = 10_000  # answers in the background that are remembered until they are fetched
_EMPTY: dict[str, Any] = {}
_MILLISECOND = timedelta(milliseconds=1)


LINE = Shapes(
    *LINE_FIELDS,
    "request_tags",
    "end_user",
    "session_id",
    "request_id",
    "litellm_call_id",
    "startTime",
    "endTime",
    "completionStartTime",
    "request_duration_ms",
    "metadata",
    "spend",
    "cache_hit",
    "status",
    "user",
    "prompt_tokens",
    "completion_tokens",
    "total_tokens",
)
METADATA = Shapes(
    *METADATA_FIELDS,
    "spend_logs_metadata",
    "usage_object",
    "additional_usage_values",
    "user_api_key_user_id",
    "status",
    "attempted_retries",
    "attempted_fallbacks",
    "error_information",
    "status_code",
    "response_id",
    "provider_response_id",
    "batch_id",
)


class LitellmRow:
    """Makes the rows of one file."""

    def __init__(self, context: ReadContext) -> None:
        self.cells = TextCells(context)
        self.callers = Callers(context, self.cells)
        self._account = context.settings.get("billing_account_id")
        self.billing_mode = billing_mode(context.settings)
        self._unfinished: set[str] = set()  # answers made in the background: the first reading brings their tokens
        self._batches = BatchRows(_NOT_BOUGHT)
        self._failures: list[tuple[Any, ...]] = []  # refused as far as a cost of 0 says so
        self.with_cost: set[str | None] = set()  # models that some line has a cost for
        self.without_cost: set[str | None] = set()  # models that answered for a cost of 0
        self.costs = RawSum()

    def row(self, record: Record) -> tuple[Any, ...] | None:
        """The row of one line, in the order of `COLUMNS`; its cost is added to `costs`. `None` for one that the rest of
        the file decides on, which `settled` gives back.

        Raises:
            ValueError: no id, no start, the end before it, or a count or amount that cannot be believed.
        """
        number, _, data, line = record
        found = LINE[(*line,)]((*line.values(), None))
        labels, customer, run, request_id, call_id, start, end, streamed_from, duration, metadata = found[10:20]
        spend, cache_hit, status, user, prompt, completion, total = found[20:]
        key = self.cells.key(request_id or call_id)
        if key is None:
            raise ValueError("the line has no request_id")
        period = _period(start, end, duration)
        about = (
            METADATA[(*metadata,)]((*metadata.values(), None)) if type(metadata) is dict and metadata else NO_METADATA
        )
        given, usage, other_usage, key_user, key_status, retries, fallbacks = about[4:11]
        failure, http_status, said_id, provider_id, batch_id = about[11:]
        raw_cost, cost = _spend(spend, data) if spend is not None else _NO_COST
        usage = usage or other_usage
        if type(usage) is not dict or not usage:
            usage = _EMPTY
        tokens, searches, is_above = tokens_of(prompt, completion, total, usage, has_cost=bool(cost))
        caller, tags = self.callers.of(found[:10] + about[:4], labels, given, customer, run)
        if is_above:
            tags = tags | ABOVE_TOTAL
        is_cache_hit = TRUTH.get(cache_hit) if isinstance(cache_hit, str | bool) else None
        if is_cache_hit:
            if tokens.total:
                tags = tags | {"litellm.cached_tokens": str(tokens.total)}
            tokens, searches = _NOTHING_BOUGHT, 0
        status = status or key_status
        if type(status) is not str:
            status = None
        if raw_cost is not None:
            self.costs.add(raw_cost)
        if cost:
            self.with_cost.add(caller[_MODEL])
        elif cost is not None and tokens.output and not is_cache_hit:
            self.without_cost.add(caller[_MODEL])
        not_bought = None
        is_by_cost = False
        if is_cache_hit:
            not_bought = GATEWAY_CACHE
        elif status != "success" and (status == "failure" or failure or http_status):
            code = _failed_with(failure, http_status)
            if (status == "failure" or code is not None) and is_refused(code, cost, tokens.output):
                not_bought = REFUSED
                is_by_cost = code not in REFUSAL_CODES and tokens.total > 0
        if not_bought is None and is_reading(found[_CALL_TYPE]) and key not in self._unfinished:
            not_bought = STORED_ANSWER
        elif not tokens.total and caller[OPERATION] == "chat" and len(self._unfinished) < _UNFINISHED:
            self._unfinished.add(key)
        answer = self._answer_id(said_id or provider_id, request_id, call_id)
        tier = "batch" if caller[OPERATION] == "batch" else tier_of(usage) if usage else None
        row = (
            number,
            key,
            # a reading never takes the place of the call it reads
            0 if not_bought == STORED_ANSWER else completeness_of(tokens, is_final=status in _STATUS),
            *period,
            *caller,
            self._account,
            self.cells.person(user or key_user),
            tier,
            region_of(usage.get("inference_geo")) if usage else None,
            (_STATUS.get(status) or self.cells.text(status)) if status else None,
            answer,
            "gateway",
            not_bought,
            self.billing_mode,
            retries > 0 if type(retries) is int else None,
            fallbacks > 0 if type(fallbacks) is int else None,
            True if streamed_from and streamed_from != end else None,
            is_cache_hit,
            *tokens,
            1,
            searches,
            cost,
            None if cost is None else "USD",
            tags or None,
        )
        if is_by_cost:
            self._failures.append(row)
            return None
        if tier == "batch" and not_bought is None:
            return self._of_batch(row, caller, tokens, batch_id, answer)
        return row

    def learn(self, what: str, about: str | None) -> None:
        """Take into account a row that was made elsewhere: an answer that is not finished (its key), or a model
        that some line has a cost for, or that answered for a cost of 0."""
        if what == "with_cost":
            self.with_cost.add(about)
        elif what == "without_cost":
            self.without_cost.add(about)
        elif about is not None and len(self._unfinished) < _UNFINISHED:
            self._unfinished.add(about)

    @property
    def is_full(self) -> bool:
        """Whether so many rows wait for the rest of the file that it is time to settle them."""
        return self._batches.is_full or len(self._failures) >= HELD_ROWS

    def settled(self) -> Iterator[tuple[Any, ...]]:
        """The rows that waited. A cost of 0 on a failure says nothing where the gateway has no price of the model: its
        answers cost 0 too. Then nobody knows, and the call counts."""
        yield from self._batches.settled()
        unknown = self.without_cost - self.with_cost
        for row in self._failures:
            yield (*row[:_NOT_BOUGHT], None, *row[_NOT_BOUGHT + 1 :]) if row[_ANSWERED] in unknown else row
        self._failures = []

    def _answer_id(self, said: Any, request_id: Any, call_id: Any) -> str | None:
        """The provider's id: what the line says it is, else the request's where that is not LiteLLM's own."""
        if type(said) is str and said:
            return response_id(self.cells, said)
        if type(request_id) is not str or not (
            _OWN_ID.match(request_id) or (len(request_id) >= ID_LENGTH and request_id != call_id)
        ):
            return None
        return response_id(self.cells, request_id)

    def _of_batch(
        self, row: tuple[Any, ...], caller: list[str | None], tokens: Tokens, batch_id: Any, answer: str | None
    ) -> tuple[Any, ...] | None:
        """Holds a row about a batch until the file's end; gives back an output that names none."""
        who = caller[_KEY], caller[_MODEL]
        named = response_id(self.cells, batch_id)
        if caller[OPERATION] == "batch":
            named = named or (answer if answer is not None and answer.startswith("batch_") else None)
            self._batches.add(About(row, named, who, tokens.total, is_summary=True))
            return None
        if named is None:
            self._batches.add_unnamed(who, tokens.total)
            return row
        self._batches.add(About(row, named, who, tokens.total, is_summary=False))
        return None


def _failed_with(failure: Any, http_status: Any) -> int | None:
    """HTTP code of a failure, from its number or else the name of its error."""
    if type(failure) is not dict:
        return refusal_code(http_status)
    return refusal_code(failure.get("error_code"), http_status, failure.get("error_class"))


def _spend(value: Any, data: bytes | None) -> tuple[Decimal | None, Decimal | None]:
    """`spend` as read, digit for digit, and as stored, USD. The quick parser makes it a float, so its text is looked up
    in the line's bytes; when that is not certain the line is parsed again, exactly.

    Raises:
        ValueError: not an amount of money.
    """
    if type(value) is float and data is not None:
        at = data.find(SPEND)
        match = _NUMBER.match(data, at + 7) if at >= 0 and data.find(SPEND, at + 7) < 0 else None
        is_sure = match is not None and _is(match[1], value)
        value = match[1].decode() if match is not None and is_sure else parse_exact(data)["spend"]
    if value is None or value == "":
        return _NO_COST
    if isinstance(value, bool | dict | list):
        raise ValueError("spend is not an amount of money")
    return money(value, "spend")


def _is(text: bytes, value: float) -> bool:
    try:
        return float(text) == value
    except ValueError:
        return False


def _period(first: Any, last: Any, latency: Any) -> tuple[datetime, datetime | None, int | None]:
    """Start, end (UTC) and latency in ms.

    Raises:
        ValueError: no start, not a time, or the end before the start.
    """
    if type(first) is not str or not first:
        raise ValueError("startTime is missing" if not first else "startTime is not a time")
    start = instant(first, "startTime")
    end = instant(last, "endTime") if type(last) is str and last else None
    if end is not None and end < start:
        raise ValueError("endTime is before startTime")
    if type(latency) is int and 0 <= latency < _LONGEST:
        return start, end, latency
    if type(latency) is str and latency.isdecimal() and len(latency) < 12:  # a CSV cell
        latency = int(latency)
    if type(latency) is not int or not 0 <= latency < _LONGEST:
        latency = None if end is None else (end - start) // _MILLISECOND
    return start, end, latency


def tier_of(usage: dict[str, Any]) -> str | None:
    speed, tier = usage.get("speed"), usage.get("service_tier")
    return None if speed is None and tier is None else service_tier(speed, tier)


def region_of(geography: Any) -> str | None:
    if type(geography) is not str or geography in {"", "not_available"}:
        return None
    return geography[:32]
