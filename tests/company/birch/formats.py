"""The formats Birch's sources write, by hand: FOCUS, LiteLLM, OpenTelemetry, Claude Code, and tables people keep."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

FOCUS = [
    "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency", "BillingPeriodStart",
    "BillingPeriodEnd", "ChargeCategory", "ChargeClass", "ChargeDescription", "ChargeFrequency",
    "ChargePeriodStart", "ChargePeriodEnd", "CommitmentDiscountId", "CommitmentDiscountStatus", "ContractedCost",
    "EffectiveCost", "InvoiceId", "InvoiceIssuerName", "ListCost", "PricingCategory", "ProviderName",
    "PublisherName", "ResourceId", "ServiceCategory", "ServiceName", "SkuId", "SubAccountId", "Tags",
]  # fmt: skip


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A CSV with its header."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def month_of(month: str) -> tuple[str, str]:
    """First day of a month and of the next, YYYY-MM-DD."""
    first = date.fromisoformat(f"{month}-01")
    return first.isoformat(), (first + timedelta(days=32)).replace(day=1).isoformat()


class Export:
    """A FOCUS export of one account and billing month."""

    def __init__(
        self, month: str, account: str, provider: str, service: str, *, issuer: str, currency: str = "USD",
        service_category: str = "AI and Machine Learning", invoice: str = "",
    ) -> None:  # fmt: skip
        start, end = month_of(month)
        self.month = month
        self.base = {
            "BillingAccountId": account, "BillingAccountName": account, "BillingCurrency": currency,
            "BillingPeriodStart": f"{start}T00:00:00Z", "BillingPeriodEnd": f"{end}T00:00:00Z",
            "ChargeCategory": "Usage", "ChargeFrequency": "Usage-Based", "InvoiceId": invoice,
            "InvoiceIssuerName": issuer, "PricingCategory": "Standard", "ProviderName": provider,
            "PublisherName": provider, "ServiceCategory": service_category, "ServiceName": service, "Tags": "{}",
        }  # fmt: skip
        self.rows: list[dict[str, str]] = []

    def line(
        self, day: str, text: str, cost: str, *, billed: str | None = None, list_: str | None = None,
        until: str | None = None, **cells: str,
    ) -> None:  # fmt: skip
        """A line of one day, or of the days up to `until` (exclusive). `cost` is effective and contracted cost."""
        end = until or (date.fromisoformat(day) + timedelta(days=1)).isoformat()
        self.rows.append(
            {
                **self.base,
                "ChargePeriodStart": f"{day}T00:00:00Z",
                "ChargePeriodEnd": f"{end}T00:00:00Z",
                "ChargeDescription": text,
                "SkuId": text,
                "EffectiveCost": cost,
                "ContractedCost": cost,
                "BilledCost": cost if billed is None else billed,
                "ListCost": cost if list_ is None else list_,
                **cells,
            }
        )

    def text(self) -> str:
        """The file."""
        return table(FOCUS, [[row.get(name, "") for name in FOCUS] for row in self.rows])


def call(
    request_id: str, at: str, model: str, provider: str, *, prompt: int, completion: int = 0, cached: int = 0,
    written: int = 0, spend: str = "0", error: str | None = None, retries: int = 0, hit: bool = False,
    use_case: str | None = None, customer: str | None = None, suite: str | None = None, status: str | None = None,
) -> str:  # fmt: skip
    """A line of LiteLLM's spend log. `prompt` holds the cached and the written tokens, as LiteLLM counts."""
    usage: dict[str, Any] = {
        "prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": cached},
    }  # fmt: skip
    if provider == "anthropic":
        usage |= {"cache_read_input_tokens": cached, "cache_creation_input_tokens": written}
        usage["prompt_tokens_details"]["cache_creation_token_details"] = {
            "ephemeral_5m_input_tokens": written,
            "ephemeral_1h_input_tokens": 0,
        }
    said = status or ("failure" if error else "success")
    named = {"use_case": use_case, "eval_suite": suite}
    metadata: dict[str, Any] = {
        "usage_object": usage, "status": said, "attempted_retries": retries,
        "spend_logs_metadata": {name: value for name, value in named.items() if value},
    }  # fmt: skip
    if error:
        metadata["error_information"] = {"error_code": error}
    return json.dumps(
        {
            "request_id": request_id,
            "call_type": "acompletion",
            "api_key": "b1" * 32,
            "spend": float(spend),
            "total_tokens": prompt + completion,
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "startTime": at,
            "endTime": at[:-2] + f"{int(at[-2:]) + 5:02d}",
            "model": model,
            "model_group": model,
            "custom_llm_provider": provider,
            "metadata": metadata,
            "cache_hit": str(hit),
            "request_tags": [],
            "end_user": customer or "",
            "status": said,
        }
    )


def span(
    trace: int, number: int, at: str, name: str, model: str, provider: str, tokens_in: int, tokens_out: int,
    **attributes: str,
) -> str:  # fmt: skip
    """An OTLP/JSON line with one span; `attributes` have _ for the dots of their names."""
    start = int(datetime.fromisoformat(at + "+00:00").timestamp()) * 10**9
    said: dict[str, str | int] = {
        "gen_ai.operation.name": name, "gen_ai.provider.name": provider, "gen_ai.request.model": model,
        "gen_ai.usage.input_tokens": tokens_in, "gen_ai.usage.output_tokens": tokens_out,
        **{f"gen_ai.{key.replace('_', '.')}": value for key, value in attributes.items()},
    }  # fmt: skip
    found = {
        "traceId": f"{trace:032x}", "spanId": f"{number:016x}", "name": f"{name} {model}",
        "startTimeUnixNano": str(start), "endTimeUnixNano": str(start + 5 * 10**9),
        "attributes": [
            {"key": key, "value": {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value}}
            for key, value in said.items()
        ],
    }  # fmt: skip
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": "birch"}}]}
    return json.dumps({"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": [found]}]}]})


def message(message_id: str, at: str, model: str, tokens_in: int, tokens_out: int, session: str) -> str:
    """A line of a Claude Code session."""
    usage = {
        "input_tokens": tokens_in, "output_tokens": tokens_out, "cache_read_input_tokens": 0,
        "cache_creation_input_tokens": 0,
    }  # fmt: skip
    return json.dumps(
        {
            "type": "assistant",
            "sessionId": session,
            "uuid": f"{message_id}.0",
            "timestamp": f"{at}.000Z",
            "requestId": f"req_{message_id}",
            "version": "2.1.0",
            "cwd": "/srv/birch",
            "message": {"id": message_id, "type": "message", "role": "assistant", "model": model, "usage": usage},
        }
    )
