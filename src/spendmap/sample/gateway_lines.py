"""The text of one LiteLLM spend-log line. Cached tokens are counted inside `prompt_tokens`.

What is the same for all lines of a feature, model and environment is put together once (`Form`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from spendmap.sample.features import Feature, Route


class Call(NamedTuple):
    """What one line sums. Tokens: `total_in` holds `cached` and `written`; `customer` is None for internal work."""

    day: str
    second: int  # of the day, UTC
    customer: str | None
    plan: str
    calls: int
    total_in: int
    cached: int
    written: int
    output: int


@dataclass(frozen=True)
class Form:
    """The fixed parts of a line, in their order."""

    before_spend: str
    before_metadata: str
    before_status: str
    before_plan: str
    before_tags: str
    before_customer: str
    is_anthropic: bool

    @staticmethod
    def of(feature: Feature, route: Route, environment: str) -> Form:
        """The form of a feature's lines to one model in one environment."""
        key = hashlib.sha256(f"fernhill/{feature.name}".encode()).hexdigest()
        return Form(
            f'"call_type":"acompletion","api_key":"{key}","spend":',
            f'"model":"{route.model}","model_group":"{feature.name}","custom_llm_provider":"{route.provider}",'
            f'"user":"svc-{feature.team}","metadata":{{"usage_object":{{"prompt_tokens":',
            f'}},"user_api_key_alias":"{feature.name}-{environment}","user_api_key_team_id":"team-{feature.team}",'
            f'"user_api_key_project_id":"proj-{feature.team}","status":"',
            f',"attempted_fallbacks":0,"spend_logs_metadata":{{"use_case":"{feature.use_case}",'
            f'"cost_center":"{feature.cost_center}","plan":"',
            f'","request_tags":["feature:{feature.name}","env:{environment}"',
            f'],"team_id":"team-{feature.team}","end_user":',
            route.provider == "anthropic",
        )

    def line(
        self, serial: int, session: int, call: Call, pico: int, *, hit: bool = False, failed: bool = False,
        retries: int = 0, suite: str = "",
    ) -> str:  # fmt: skip
        """A full line; `pico` is what it cost, `hit` an answer from the gateway's own cache."""
        total_in, output, cached = call.total_in, call.output, call.cached
        if self.is_anthropic:
            details = (
                f'"prompt_tokens_details":{{"cached_tokens":{cached},"cache_creation_token_details":'
                f'{{"ephemeral_5m_input_tokens":{call.written},"ephemeral_1h_input_tokens":0}}}},'
                f'"cache_read_input_tokens":{cached},"cache_creation_input_tokens":{call.written}'
            )
        else:
            details = (
                f'"prompt_tokens_details":{{"cached_tokens":{cached}}},'
                f'"completion_tokens_details":{{"reasoning_tokens":{output * 2 // 5}}}'
            )
        milliseconds = 900 + output * 9 // call.calls + call.second % 700
        status = "failure" if failed else "success"
        total = total_in + output
        customer = "null" if call.customer is None else f'"{call.customer}"'
        return (
            f'{{"request_id":"{request_id(serial)}",{self.before_spend}{pico / 1e12:.6f},"total_tokens":{total},'
            f'"prompt_tokens":{total_in},"completion_tokens":{output},'
            f'"startTime":"{call.day} {clock_time(call.second)}",'
            f'"endTime":"{call.day} {clock_time(min(call.second + milliseconds // 1000, 86399))}",'
            f'"request_duration_ms":{milliseconds},{self.before_metadata}{total_in},"completion_tokens":{output},'
            f'"total_tokens":{total},{details}{self.before_status}{status}","attempted_retries":{retries}'
            f'{self.before_plan}{call.plan}","calls":{call.calls}}}}},"cache_hit":"{hit}{self.before_tags}{suite}'
            f'{self.before_customer}{customer},"session_id":"run-{session:07x}","status":"{status}"}}'
        )

    def placeholder(self, serial: int, call: Call) -> str:
        """The all-zero line written when a streamed call begins; the full line has the same request_id."""
        at = f'"{call.day} {clock_time(call.second)}"'
        return (
            f'{{"request_id":"{request_id(serial)}",{self.before_spend}0.0,"total_tokens":0,"prompt_tokens":0,'
            f'"completion_tokens":0,"startTime":{at},"endTime":{at},{self.before_metadata}0,"completion_tokens":0,'
            f'"total_tokens":0}}}},"cache_hit":"False","request_tags":[],"end_user":null,"status":"success"}}'
        )


def request_id(serial: int) -> str:
    """An id that looks drawn and is not; unlike for unlike serials."""
    return f"{serial * 2654435761 % 4294967296:08x}-{serial:06x}"


@cache
def clock_time(second: int) -> str:
    """HH:MM:SS of a second of the day."""
    return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
