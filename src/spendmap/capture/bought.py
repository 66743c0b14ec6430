"""Whether a call bought anything, and the provider's id of its answer: the same words for every kind of log.

Pure but for the keyed hash of an id that looks secret. A refused call and a stored answer read again buy nothing; a
call that failed with a cost or an output was bought; what cannot be told stays bought, and a finding names it.
Source of the rule on failures: docs/guides/sources-logs.md.
"""

from __future__ import annotations

import base64
import binascii
import re
from decimal import Decimal
from typing import Any

from spendmap.capture.text_cells import TextCells
from spendmap.vocabulary.errors import SettingError

REFUSED = "refused"
STORED_ANSWER = "stored_answer"
GATEWAY_CACHE = "gateway_cache"
REPEATED = "repeated"

REFUSAL_CODES = frozenset({400, 401, 403, 404, 413, 422, 429})
"""HTTP codes of a call that was turned away before a model answered."""

_NAMES: dict[int, str] = {
    400: (
        "bad_request invalid_request content_policy_violation content_filter context_window_exceeded "
        "unsupported_params context_length_exceeded validation invalid_argument"
    ),
    401: "authentication unauthorized invalid_api_key unauthenticated",
    403: "permission_denied permission forbidden access_denied",
    404: "not_found model_not_found resource_not_found deployment_not_found",
    413: "request_too_large payload_too_large content_too_large request_entity_too_large",
    422: "unprocessable_entity unprocessable_content",
    429: "rate_limit rate_limit_exceeded too_many_requests throttling throttled resource_exhausted insufficient_quota "
    "quota_exceeded budget_exceeded",
}
_CODE_OF = {name.replace("_", ""): code for code, names in _NAMES.items() for name in names.split()}
_NOT_A_LETTER = re.compile(r"[^a-z]+")

READINGS = (
    "get_",
    "list_",
    "retrieve_",
    "delete_",
    "cancel_",
    "file_content",
    "file_retrieve",
    "file_list",
    "file_delete",
    "video_status",
    "video_content",
    "video_list",
)
"""Beginnings of call types, without the "a" for async, that read or remove what is stored at the provider."""
_READING_ENDS = ("_retrieve", "_list", "_file_content", "_delete", "_cancel")
_UNIQUE_BATCH_READS = frozenset(
    {"retrieve_batch", "aretrieve_batch"}
)  # the only row with a batch's usage: litellm_batches

_CACHE_HIT = re.compile(r"_cache_hit.*$", re.DOTALL)
_WRAPPED = re.compile(r"^(?:resp|batch|file|litellm)_(?P<code>[A-Za-z0-9+/_-]{24,}={0,2})$")
_INNER = re.compile(r"(?:response_id|llm_batch_id|llm_output_file_id):(?P<id>[^;,\s]+)")
_LONGEST = 4_096  # characters of an id that are looked into

PLAN = "plan"
BILLING_HELP = "how the calls are paid: usage (by the token) or plan (a flat fee covers them)"


def billing_mode(settings: Any) -> str | None:
    """`plan` where the source's setting says that a flat fee pays its calls, else `None`.

    Raises:
        SettingError: another word.
    """
    given = settings.get("billing", "usage")
    if given not in {PLAN, "usage"}:
        raise SettingError(
            f"billing is {given!r}.", next_step="Choose `--set billing=plan` (a flat fee) or `--set billing=usage`."
        )
    return PLAN if given == PLAN else None


def response_id(cells: TextCells, value: Any) -> str | None:
    """The provider's id of an answer, equal in every log that saw it; `None` for nothing.

    A gateway's own wrapping is taken off: LiteLLM's base64 around an id, and what it appends on a hit in its cache.
    An id that looks like a key becomes a keyed hash, the same one everywhere in the workspace.
    """
    if type(value) is not str or not value:
        return None
    if "_cache_hit" in value:
        value = _CACHE_HIT.sub("", value)
    match = _WRAPPED.match(value) if len(value) <= _LONGEST else None
    if match is not None:
        value = _unwrapped(match["code"]) or value
    return cells.key(value)


def is_reading(call_type: Any) -> bool:
    """Whether a call type only reads, lists or removes what the provider has stored."""
    if type(call_type) is not str or call_type in _UNIQUE_BATCH_READS:
        return False
    name = call_type.lower()
    if name.startswith("get "):
        return True
    return (
        name.startswith(READINGS) or (name[:1] == "a" and name[1:].startswith(READINGS)) or name.endswith(_READING_ENDS)
    )


def refusal_code(*said: Any) -> int | None:
    """The HTTP code that codes and names of errors stand for, of the first that says one; `None`: none does."""
    for value in said:
        if type(value) is int:
            return value
        if type(value) is not str or not value or len(value) > 200:
            continue
        text = value.strip()
        if text.isdecimal() and len(text) == 3:
            return int(text)
        name = _NOT_A_LETTER.sub("", text.rpartition(".")[2].lower())
        for end in ("", "error", "exception"):
            if name.endswith(end) and (code := _CODE_OF.get(name.removesuffix(end))) is not None:
                return code
    return None


def is_refused(code: int | None, cost: Decimal | None, output: int | None) -> bool:
    """Whether a call that failed bought nothing.

    Args:
        cost: as the source reports it; `None` = not stated.
        output: tokens that came back before it failed.
    """
    if cost or output:
        return False
    return code in REFUSAL_CODES or cost is not None


def _unwrapped(code: str) -> str | None:
    """The provider's id inside LiteLLM's own ("litellm:custom_llm_provider:openai;model_id:...;response_id:resp_1")."""
    try:
        text = base64.b64decode(code + "=" * (-len(code) % 4), altchars=b"-_" if "-" in code or "_" in code else None)
        inner = text.decode("ascii")
    except (binascii.Error, ValueError):
        return None
    match = _INNER.search(inner) if inner.startswith("litellm") else None
    return match["id"] if match else None
