"""What is kept of each column, and why: the one declaration that masking works by and the privacy page is made from.

Pure data. A text column that is not declared here cannot be captured: a test holds that every column is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from spendmap.ledger.columns import Column
from spendmap.ledger.tables import TABLES

Keeping = Literal["as_is", "id", "label", "words", "person", "tags", "details"]
KEEPING: dict[Keeping, str] = {
    "as_is": "kept as it is",
    "id": "kept; a secret, address or number of a person in it becomes a keyed hash",
    "label": "kept; a secret, address or number of a person in it becomes a keyed hash",
    "words": "masked text: [key], [email], [number]",
    "person": "keyed hash",
    "tags": "keys and values as labels; what names somebody is a keyed hash, what holds a prompt is dropped",
    "details": "keys and values as labels",
}
"""What becomes of a text. An id and a label differ in telephone numbers: only a label is read for those written inside
a country, since the same digits may be an account."""


@dataclass(frozen=True)
class Kept:
    """How a column is kept, and the reason."""

    keeping: Keeping
    why: str


_CODE = Kept("as_is", "a word that spendmap itself writes")
_ID = Kept("id", "ties the row to others of the same thing")
_NAME = Kept("label", "names a thing that money is shown by")
_PERSON = Kept("person", "counts people without naming one")

_BY_NAME: dict[str, Kept] = {
    **dict.fromkeys(
        (
            "billing_month", "load_id", "evidence", "statement", "witness", "not_bought", "billing_mode", "books",
            "line_kind", "resource_kind", "outcome_kind", "outcome_result", "billing_currency",
            "provider_reported_currency", "product_kind", "table_name", "kind", "file_sha256", "months",
            "captured", "rounding_difference", "format_version",
        ),
        _CODE,
    ),
    **dict.fromkeys(
        (
            "natural_key", "billing_account_id", "sub_account_id", "api_key_id", "workflow_run_id", "customer_id",
            "agent_id", "response_id", "invoice_id", "sku_id", "sku_price_id", "resource_id",
            "commitment_discount_id", "invoice_number", "mentioned_numbers", "number_words", "subject",
        ),
        _ID,
    ),
    **dict.fromkeys(
        (
            "provider_name", "project", "team", "tool", "environment", "feature", "workflow", "use_case", "cost_center",
            "eval_suite", "operation", "request_model", "response_model", "service_tier", "region_id", "status",
            "charge_category", "charge_class", "charge_frequency", "billing_account_name", "sub_account_name",
            "service_provider_name", "invoice_issuer_name", "host_provider_name", "publisher_name", "service_category",
            "service_subcategory", "service_name", "sku_meter", "resource_name", "resource_type", "pricing_category",
            "pricing_unit", "consumed_unit", "commitment_discount_status", "department_name", "gl_account",
            "activity_kind", "role", "supplier_name", "product", "plan", "segment", "unit",
        ),
        _NAME,
    ),
    "principal_id": _PERSON,
    "charge_description": Kept("words", "says what was bought, in the seller's words"),
    "memo": Kept("words", "says what was paid, in the bookkeeper's words; numbers of documents are read before"),
    "tags": Kept("tags", "rules and register keys ask for them"),
    "sku_price_details": Kept("details", "rules ask for kinds of machines"),
    "source_name": Kept("as_is", "a name with a secret or an address is refused"),
    "source_file": Kept("id", "leads back to the file"),
    "file_name": Kept("id", "leads back to the file"),
    "settings": Kept("id", "says how the file was read; whose log it is, as a keyed hash"),
    "owner": Kept("as_is", "the owner that the register names on purpose"),
    "scope_note": Kept("words", "says what a source covers"),
}  # fmt: skip
_FROM_OTHERS = Kept("as_is", "made from columns above, the price book, the register or the rules; never from a file")
_FIGURE: dict[str, Kept] = {
    "timestamp": Kept("as_is", "a time"),
    "date": Kept("as_is", "a day"),
    "flag": Kept("as_is", "true or false"),
    "share": Kept("as_is", "a figure"),
    "money": Kept("as_is", "an amount"),
    "unit_price": Kept("as_is", "an amount"),
    "quantity": Kept("as_is", "a figure"),
    "count": Kept("as_is", "a figure"),
}
_MADE = ("price", "allocation")  # tables that no file fills

DROPPED: dict[str, tuple[str, ...]] = {
    "litellm_spendlogs": ("messages", "response", "proxy_server_request", "error_information.error_message"),
    "otel_genai": (
        "gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.system_instructions", "gen_ai.prompt.*",
        "gen_ai.completion.*", "gen_ai.tool.call.arguments", "gen_ai.tool.call.result", "input.value", "output.value",
        "llm.input_messages.*", "llm.output_messages.*", "events", "status.message", "a span's name",
    ),
    "claude_code_jsonl": ("message.content", "toolUseResult", "summary", "gitBranch", "cwd but for its last part"),
    "eval_results": ("everything but cost and resolved",),
    "worklog_csv": ("the person's name, once it is hashed",),
    "tags of every source": ("prompt", "messages", "completion", "transcript", "input text and output text"),
}  # fmt: skip
"""Fields that usually hold prompts, answers or names: they are never read into the ledger."""


def kept(table: str, column: Column) -> Kept:
    """How a ledger column is kept.

    Raises:
        KeyError: a text column that nobody declared.
    """
    if column.type not in ("text", "map"):
        return _FIGURE[column.type]
    return _FROM_OTHERS if table in _MADE else _BY_NAME[column.name]


def keepings(table: str) -> dict[str, Keeping]:
    """Column -> how it is kept, for the text columns of a table that are not kept as they are."""
    found = {column.name: kept(table, column).keeping for column in TABLES[table].columns}
    return {name: keeping for name, keeping in found.items() if keeping != "as_is"}


__all__ = ["DROPPED", "KEEPING", "Keeping", "Kept", "keepings", "kept"]
