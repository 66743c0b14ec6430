"""The ledger's tables: grain, key and columns.

Every captured table carries the lineage block first: which source, which slice, which load, which
line of which file. A slice is source x billing month, and is what one load replaces or extends.
"""

from __future__ import annotations

from dataclasses import dataclass

from spendmap.ledger.columns import Column, Type

FOCUS = "FOCUS 1.4 "
DRAFT = "FOCUS 1.5 draft "
OTEL = "OTel GenAI "
OWN = "spendmap"


@dataclass(frozen=True)
class Table:
    """A ledger table. `key` identifies a row inside its source."""

    name: str
    grain: str
    key: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in stored order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column called `name`.

        Raises:
            KeyError: no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name}.{name}")


def _c(name: str, type_: Type, standard: str, about: str, unit: str = "", *, required: bool = False) -> Column:
    return Column(name, type_, standard, about, unit, required)


LINEAGE: tuple[Column, ...] = (
    _c("source_name", "text", OWN, "declared source the row was captured from", required=True),
    _c(
        "billing_month",
        "text",
        OWN,
        "UTC month of the charge period, YYYY-MM; with source_name the slice",
        required=True,
    ),
    _c("load_id", "text", OWN, "capture run that brought the row", required=True),
    _c("source_file", "text", OWN, "file name inside the source's location"),
    _c("source_line", "count", OWN, "1-based line (or row) in the file"),
    _c(
        "natural_key",
        "text",
        OWN,
        "identity of the row inside its source; at most one row is kept per key",
        required=True,
    ),
    _c("completeness", "count", OWN, "how complete the row is; of two rows with one key the higher wins"),
)

_METER_ROWS: tuple[tuple[str, str, Type, str, str], ...] = (
    # name, unit, type, standard, about
    (
        "input_uncached",
        "tokens",
        "count",
        OTEL + "gen_ai.usage.input_tokens less cache",
        "input tokens neither read from nor written to a cache",
    ),
    (
        "cache_read",
        "tokens",
        "count",
        OTEL + "gen_ai.usage.cache_read.input_tokens",
        "input tokens served from a prompt cache",
    ),
    (
        "cache_write_5m",
        "tokens",
        "count",
        "Anthropic ephemeral_5m_input_tokens",
        "input tokens written to a cache that lives 5 minutes",
    ),
    (
        "cache_write_1h",
        "tokens",
        "count",
        "Anthropic ephemeral_1h_input_tokens",
        "input tokens written to a cache that lives 1 hour",
    ),
    (
        "cache_write_other",
        "tokens",
        "count",
        OTEL + "gen_ai.usage.cache_write.input_tokens",
        "input tokens written to a cache of another or unstated lifetime",
    ),
    ("output", "tokens", "count", OTEL + "gen_ai.usage.output_tokens", "output tokens of text, reasoning included"),
    (
        "input_audio",
        "tokens",
        "count",
        OTEL + "gen_ai.usage.audio.input_tokens",
        "audio input tokens, not in input_uncached",
    ),
    (
        "output_audio",
        "tokens",
        "count",
        OTEL + "gen_ai.usage.audio.output_tokens",
        "audio output tokens, not in output",
    ),
    (
        "input_image",
        "tokens",
        "count",
        OTEL + "gen_ai.usage.image.input_tokens",
        "image input tokens, not in input_uncached",
    ),
    (
        "output_image",
        "tokens",
        "count",
        OTEL + "gen_ai.usage.image.output_tokens",
        "image output tokens, not in output",
    ),
    ("input_video", "tokens", "count", OWN, "video input tokens, not in input_uncached"),
    ("output_video", "tokens", "count", OWN, "video output tokens, not in output"),
    ("requests", "requests", "count", OWN, "calls made; a bucket holds many"),
    ("web_searches", "searches", "count", OWN, "provider-run web searches"),
    ("characters", "characters", "count", OWN, "characters of speech or translation"),
    ("pages", "pages", "count", OWN, "document pages read"),
    ("images", "images", "count", OWN, "images made"),
    ("seconds", "seconds", "quantity", OWN, "audio or video seconds"),
    ("gpu_seconds", "GPU seconds", "quantity", OWN, "GPU time"),
)

METERS: tuple[str, ...] = tuple(row[0] for row in _METER_ROWS)
"""Disjoint usage meters: no token is in two of them. `output_reasoning` is part of `output`, so it is not one."""

USAGE = Table(
    "usage",
    "one metered observation: a call, or the finest bucket the source gives",
    "natural_key",
    (
        *LINEAGE,
        _c(
            "charge_period_start",
            "timestamp",
            FOCUS + "ChargePeriodStart",
            "when the call or bucket began, inclusive",
            "UTC",
            required=True,
        ),
        _c("charge_period_end", "timestamp", FOCUS + "ChargePeriodEnd", "when it ended, exclusive", "UTC"),
        _c(
            "provider_name",
            "text",
            OTEL + "gen_ai.provider.name",
            "who ran the model: openai, anthropic, aws, azure, google",
        ),
        _c("billing_account_id", "text", FOCUS + "BillingAccountId", "the vendor's account the call is billed to"),
        _c("sub_account_id", "text", FOCUS + "SubAccountId", "workspace, organisation unit or cloud account below it"),
        _c("api_key_id", "text", DRAFT + "CredentialId", "key or credential used, as the source names or hashes it"),
        _c("principal_id", "text", DRAFT + "PrincipalId", "keyed hash of who called; never a name or e-mail"),
        _c("project", "text", OWN, "project of the source"),
        _c("team", "text", OWN, "team as the source states it"),
        _c("environment", "text", "OTel deployment.environment.name", "production, staging, sandbox"),
        _c("feature", "text", OWN, "product feature the call serves"),
        _c("workflow", "text", OTEL + "gen_ai.workflow.name", "workflow the call is a step of"),
        _c("workflow_run_id", "text", OTEL + "gen_ai.conversation.id", "one run of the workflow"),
        _c("use_case", "text", OWN, "use case as the source tags it"),
        _c("cost_center", "text", OWN, "cost centre as the source tags it"),
        _c("customer_id", "text", DRAFT + "ConsumerId", "customer account served, as the source's opaque id"),
        _c("agent_id", "text", OTEL + "gen_ai.agent.id", "agent that called"),
        _c("tool", "text", OWN, "employee tool the call comes from, such as claude_code"),
        _c("eval_suite", "text", OWN, "evaluation suite the call belongs to"),
        _c("operation", "text", OTEL + "gen_ai.operation.name", "chat, embeddings, text_completion, rerank"),
        _c("request_model", "text", OTEL + "gen_ai.request.model", "model asked for"),
        _c("response_model", "text", OTEL + "gen_ai.response.model", "model that answered; priced when present"),
        _c("service_tier", "text", OWN, "standard, batch, flex, priority, fast; NULL = not stated"),
        _c("region_id", "text", FOCUS + "RegionId", "region or inference geography"),
        _c("status", "text", OWN, "ok, error or the source's word"),
        _c(
            "response_id",
            "text",
            OTEL + "gen_ai.response.id",
            "the provider's id of the answer, the same in every source that saw the call; a keyed hash where it looks secret",
        ),
        _c(
            "witness",
            "text",
            OWN,
            "who saw the call: provider (its own record), gateway, session (a tool's log) or trace",
        ),
        _c(
            "not_bought",
            "text",
            OWN,
            "why the row buys nothing: refused, stored_answer, gateway_cache or repeated; NULL = it was bought",
        ),
        _c("billing_mode", "text", OWN, "plan: the call is paid by a flat fee; NULL = by what was used"),
        _c("is_retry", "flag", OWN, "the call repeats a failed one"),
        _c("is_fallback", "flag", OWN, "the call replaces another model's failure"),
        _c("is_streamed", "flag", OWN, "the answer was streamed"),
        _c("is_cache_hit", "flag", OWN, "a gateway answered from its own cache; nothing was bought"),
        _c("latency_ms", "count", OWN, "time to the whole answer", "ms"),
        *(_c(name, type_, standard, about, unit) for name, unit, type_, standard, about in _METER_ROWS),
        _c(
            "output_reasoning",
            "count",
            OTEL + "gen_ai.usage.reasoning.output_tokens",
            "the part of output spent on reasoning",
            "tokens",
        ),
        _c("source_total_tokens", "count", OWN, "the source's own total, to check the parts against", "tokens"),
        _c(
            "provider_reported_cost",
            "money",
            OWN,
            "cost the source itself states; an estimate, never summed with bills",
        ),
        _c("provider_reported_currency", "text", OWN, "its currency", "ISO 4217"),
        _c("tags", "map", FOCUS + "Tags", "other keys the source carries, text-free"),
    ),
)

_COSTS: tuple[Column, ...] = (
    _c("list_cost", "money", FOCUS + "ListCost", "at public list price", "billing_currency"),
    _c("contracted_cost", "money", FOCUS + "ContractedCost", "at the negotiated price", "billing_currency"),
    _c("effective_cost", "money", FOCUS + "EffectiveCost", "amortised, after all discounts", "billing_currency"),
    _c("billed_cost", "money", FOCUS + "BilledCost", "on the invoice", "billing_currency"),
)

CHARGE = Table(
    "charge",
    "one line of money as a bill, an export, a ledger or a card statement gives it",
    "natural_key",
    (
        *LINEAGE,
        _c("charge_period_start", "timestamp", FOCUS + "ChargePeriodStart", "inclusive", "UTC", required=True),
        _c("charge_period_end", "timestamp", FOCUS + "ChargePeriodEnd", "exclusive", "UTC"),
        _c("billing_period_start", "timestamp", FOCUS + "BillingPeriodStart", "inclusive", "UTC"),
        _c("billing_period_end", "timestamp", FOCUS + "BillingPeriodEnd", "exclusive", "UTC"),
        _c(
            "billing_currency",
            "text",
            FOCUS + "BillingCurrency",
            "currency of the four costs",
            "ISO 4217",
            required=True,
        ),
        *_COSTS,
        _c("charge_category", "text", FOCUS + "ChargeCategory", "Usage, Purchase, Tax, Credit, Adjustment"),
        _c("charge_class", "text", FOCUS + "ChargeClass", "Correction or NULL"),
        _c("charge_frequency", "text", FOCUS + "ChargeFrequency", "One-Time, Recurring, Usage-Based"),
        _c("charge_description", "text", FOCUS + "ChargeDescription", "the line's own words"),
        _c("billing_account_id", "text", FOCUS + "BillingAccountId", "account billed"),
        _c("billing_account_name", "text", FOCUS + "BillingAccountName", "its name"),
        _c("sub_account_id", "text", FOCUS + "SubAccountId", "account, subscription or project below it"),
        _c("sub_account_name", "text", FOCUS + "SubAccountName", "its name"),
        _c(
            "service_provider_name",
            "text",
            FOCUS + "ServiceProviderName",
            "who made the service available (ProviderName before 1.3)",
        ),
        _c(
            "invoice_issuer_name",
            "text",
            FOCUS + "InvoiceIssuerName",
            "who invoices; for a ledger line the supplier as written",
        ),
        _c(
            "host_provider_name",
            "text",
            FOCUS + "HostProviderName",
            "whose infrastructure runs it (PublisherName before 1.3 is the developer)",
        ),
        _c("publisher_name", "text", "FOCUS 1.2 PublisherName", "who made what was bought"),
        _c("invoice_id", "text", FOCUS + "InvoiceId", "invoice the line is on"),
        _c(
            "invoice_number",
            "text",
            OWN,
            "the document's number in comparable form (INV-0091, INV 91 and #0091 are 91); NULL = none is stated",
        ),
        _c(
            "mentioned_numbers",
            "text",
            OWN,
            "numbers of other documents that memo or reference name, in comparable form, separated by one space",
        ),
        _c(
            "number_words",
            "text",
            OWN,
            "words of memo and reference that are a number where a document of the vendor has it, separated by one space; "
            "what masking hides as ~ and a keyed hash",
        ),
        _c(
            "books",
            "text",
            OWN,
            "payables (a line is a document), card or bank (a line is a payment); NULL for a provider's export",
        ),
        _c(
            "line_kind",
            "text",
            OWN,
            "of a ledger line: purchase, refund, credit_note, fee, tax, pending, reversal or settlement; NULL = not said",
        ),
        _c(
            "service_period_start",
            "timestamp",
            OWN,
            "first day that the line itself says it pays for (memo, column), inclusive; NULL = it does not say",
            "UTC",
        ),
        _c("service_period_end", "timestamp", OWN, "the day after the last one, exclusive", "UTC"),
        _c(
            "product_kind",
            "text",
            OWN,
            "what the line's words say was bought: api, seats, plan, credits, marketplace; NULL = they do not say",
        ),
        _c("tax_cost", "money", OWN, "tax on the line, not in the four costs; NULL = not stated", "billing_currency"),
        _c("service_category", "text", FOCUS + "ServiceCategory", "FOCUS service category"),
        _c("service_subcategory", "text", FOCUS + "ServiceSubcategory", "FOCUS service subcategory"),
        _c("service_name", "text", FOCUS + "ServiceName", "the provider's service"),
        _c("sku_id", "text", FOCUS + "SkuId", "SKU"),
        _c("sku_meter", "text", FOCUS + "SkuMeter", "what the SKU meters"),
        _c("sku_price_id", "text", FOCUS + "SkuPriceId", "price of the SKU"),
        _c(
            "sku_price_details",
            "map",
            FOCUS + "SkuPriceDetails",
            "details of the SKU, model and token direction among them",
        ),
        _c("resource_id", "text", FOCUS + "ResourceId", "resource"),
        _c("resource_name", "text", FOCUS + "ResourceName", "its name"),
        _c(
            "resource_type",
            "text",
            FOCUS + "ResourceType",
            "its type; instance families are read here and from the SKU",
        ),
        _c("region_id", "text", FOCUS + "RegionId", "region"),
        _c("pricing_category", "text", FOCUS + "PricingCategory", "Standard, Dynamic, Committed, Other"),
        _c("pricing_quantity", "quantity", FOCUS + "PricingQuantity", "quantity priced", "pricing_unit"),
        _c("pricing_unit", "text", FOCUS + "PricingUnit", "unit priced"),
        _c(
            "list_unit_price",
            "quantity",
            FOCUS + "ListUnitPrice",
            "list price per one pricing unit",
            "billing_currency",
        ),
        _c(
            "contracted_unit_price",
            "quantity",
            FOCUS + "ContractedUnitPrice",
            "negotiated price per one pricing unit",
            "billing_currency",
        ),
        _c("consumed_quantity", "quantity", FOCUS + "ConsumedQuantity", "quantity that happened", "consumed_unit"),
        _c("consumed_unit", "text", FOCUS + "ConsumedUnit", "its unit"),
        _c("commitment_discount_id", "text", FOCUS + "CommitmentDiscountId", "commitment"),
        _c("commitment_discount_status", "text", FOCUS + "CommitmentDiscountStatus", "Used or Unused"),
        _c("department_name", "text", OWN, "department as the ledger writes it"),
        _c("gl_account", "text", OWN, "general-ledger account or expense type as the ledger writes it"),
        _c("memo", "text", OWN, "the ledger's memo, personal data removed"),
        _c("evidence", "text", OWN, "invoiced, metered, contracted, estimated or declared", required=True),
        _c(
            "statement",
            "text",
            OWN,
            "cost_export (a provider's own lines) or payment (accounts payable, card)",
            required=True,
        ),
        _c("tags", "map", FOCUS + "Tags", "tags"),
    ),
)

ACTIVITY = Table(
    "activity",
    "one piece of human work",
    "natural_key",
    (
        *LINEAGE,
        _c(
            "charge_period_start",
            "timestamp",
            FOCUS + "ChargePeriodStart",
            "when the work was done",
            "UTC",
            required=True,
        ),
        _c(
            "activity_kind",
            "text",
            OWN,
            "kind of work: annotate, judge_eval, review ...; one that no rule names keeps its own words; NULL = not named",
        ),
        _c("role", "text", OWN, "role whose loaded rate applies"),
        _c("principal_id", "text", DRAFT + "PrincipalId", "keyed hash of who worked"),
        _c("subject", "text", OWN, "what the work was about, as an id"),
        _c("workflow", "text", OTEL + "gen_ai.workflow.name", "workflow served"),
        _c("use_case", "text", OWN, "use case as the log names it"),
        _c("department_name", "text", OWN, "department as the log writes it"),
        _c("minutes", "quantity", OWN, "time worked", "minutes", required=True),
        _c("evidence", "text", OWN, "declared (a timesheet) or metered (a tracking tool)", required=True),
        _c("tags", "map", FOCUS + "Tags", "tags"),
    ),
)

UTILIZATION = Table(
    "utilization",
    "resource x period: what was provisioned and what was used",
    "natural_key",
    (
        *LINEAGE,
        _c("charge_period_start", "timestamp", FOCUS + "ChargePeriodStart", "inclusive", "UTC", required=True),
        _c("charge_period_end", "timestamp", FOCUS + "ChargePeriodEnd", "exclusive", "UTC"),
        _c("resource_kind", "text", OWN, "seat, gpu_pool, provisioned_throughput, commitment"),
        _c("resource_id", "text", FOCUS + "ResourceId", "the resource: a tool's plan, a pool"),
        _c("supplier_name", "text", OWN, "who sells it, as the file writes it"),
        _c("product", "text", OWN, "product or tool"),
        _c("plan", "text", OWN, "plan or edition"),
        _c("department_name", "text", OWN, "department as the file writes it"),
        _c("provisioned_quantity", "quantity", OWN, "bought", "unit"),
        _c("used_quantity", "quantity", OWN, "used; NULL = not measured", "unit"),
        _c("unit", "text", OWN, "seats, GPU hours"),
        _c(
            "contracted_unit_price",
            "quantity",
            FOCUS + "ContractedUnitPrice",
            "price of one unit for the period; NULL = not stated",
            "billing_currency",
        ),
        _c("price_months", "count", OWN, "months that the stated price covers; NULL = one", "months"),
        _c("billing_currency", "text", FOCUS + "BillingCurrency", "currency of the price", "ISO 4217"),
        _c("evidence", "text", OWN, "evidence of the price", required=True),
        _c("tags", "map", FOCUS + "Tags", "tags"),
    ),
)

OUTCOME = Table(
    "outcome",
    "one business fact",
    "natural_key",
    (
        *LINEAGE,
        _c(
            "charge_period_start",
            "timestamp",
            FOCUS + "ChargePeriodStart",
            "when it happened or the month it stands for",
            "UTC",
            required=True,
        ),
        _c(
            "outcome_kind",
            "text",
            OWN,
            "workflow_run, product_usage, revenue, account_event, time_saved, task_time, evaluation_run",
            required=True,
        ),
        _c(
            "outcome_result",
            "text",
            OWN,
            "accepted, rejected, escalated, retained, expanded, churned, with_ai, without_ai",
        ),
        _c("workflow", "text", OTEL + "gen_ai.workflow.name", "workflow"),
        _c("workflow_run_id", "text", OTEL + "gen_ai.conversation.id", "run"),
        _c("use_case", "text", OWN, "use case as the file names it"),
        _c("customer_id", "text", DRAFT + "ConsumerId", "customer account"),
        _c("plan", "text", OWN, "plan the customer is on"),
        _c("segment", "text", OWN, "customer segment"),
        _c("feature", "text", OWN, "feature used"),
        _c("quantity", "quantity", OWN, "how many of the fact; 1 when the file gives none", "unit"),
        _c("unit", "text", OWN, "runs, users, minutes"),
        _c("amount", "money", OWN, "revenue or ARR, where the fact is money", "billing_currency"),
        _c("billing_currency", "text", FOCUS + "BillingCurrency", "currency of the amount", "ISO 4217"),
        _c("evidence", "text", OWN, "evidence", required=True),
        _c("tags", "map", FOCUS + "Tags", "tags"),
    ),
)

PRICE = Table(
    "price",
    "one dated unit price of one meter",
    "price_id",
    (
        _c("price_id", "text", OWN, "identity", required=True),
        _c("provider", "text", DRAFT + "ServiceProviderName", "catalogue provider id", required=True),
        _c("model", "text", DRAFT + "ModelId", "catalogue model id", required=True),
        _c("meter", "text", OWN, "one of the usage meters", required=True),
        _c("service_tier", "text", OWN, "standard, batch, flex, priority, fast", required=True),
        _c("region_scope", "text", OWN, "'' = everywhere", required=True),
        _c("contract", "text", DRAFT + "ContractId", "'' = list price", required=True),
        _c("currency", "text", DRAFT + "PricingCurrency", "currency of the price", "ISO 4217", required=True),
        _c(
            "list_unit_price",
            "unit_price",
            FOCUS + "ListUnitPrice",
            "price of one unit of the meter (one token, one search)",
            "currency",
        ),
        _c(
            "valid_from",
            "timestamp",
            DRAFT + "EffectiveStart",
            "inclusive; 1970 = no stated start",
            "UTC",
            required=True,
        ),
        _c("valid_to", "timestamp", DRAFT + "EffectiveEnd", "exclusive; 9999 = no stated end", "UTC", required=True),
        _c(
            "window_start_s",
            "count",
            OWN,
            "time-of-day window start, inclusive",
            "seconds after 00:00 UTC",
            required=True,
        ),
        _c(
            "window_end_s",
            "count",
            OWN,
            "time-of-day window end, exclusive; 86400 = midnight",
            "seconds after 00:00 UTC",
            required=True,
        ),
        _c("window_weekdays", "count", OWN, "bit 0 = Monday ... bit 6 = Sunday; 127 = every day", required=True),
        _c(
            "input_from",
            "count",
            OWN,
            "context tier: total input tokens of the whole request, inclusive",
            "tokens",
            required=True,
        ),
        _c("input_to", "count", OWN, "exclusive; 9223372036854775807 = no upper tier", "tokens", required=True),
        _c(
            "basis",
            "text",
            OWN,
            "documented, observed, derived, contract, estimated (not known to hold then) or upper_bound",
            required=True,
        ),
        _c("catalogue", "text", OWN, "where the price comes from, with its version", required=True),
        _c("source_url", "text", OWN, "page the price was read from"),
        _c("checked_on", "date", OWN, "day the source was last checked"),
        _c("recorded_at", "timestamp", OWN, "when the row entered this book", "UTC", required=True),
        _c("superseded_at", "timestamp", OWN, "when a later reading replaced it; NULL = in the book", "UTC"),
    ),
)

LOAD = Table(
    "load",
    "one capture run of one source",
    "load_id",
    (
        _c("load_id", "text", OWN, "identity", required=True),
        _c("source_name", "text", OWN, "source", required=True),
        _c("kind", "text", OWN, "connector", required=True),
        _c("table_name", "text", OWN, "ledger table filled", required=True),
        _c("file_name", "text", OWN, "file inside the source's location", required=True),
        _c("file_sha256", "text", OWN, "hash of the file's bytes as read", required=True),
        _c("file_bytes", "count", OWN, "size", "bytes", required=True),
        _c("settings", "text", OWN, "JSON: settings the file was read with", required=True),
        _c("format_version", "text", OWN, "version detected, where the format has versions"),
        _c("months", "text", OWN, "billing months touched, comma-separated"),
        _c("rows_read", "count", OWN, "rows in the file", required=True),
        _c("rows_loaded", "count", OWN, "rows that entered the ledger", required=True),
        _c("rows_duplicate", "count", OWN, "rows already there or repeated in the file", required=True),
        _c("rows_quarantined", "count", OWN, "rows refused, each with a reason", required=True),
        _c("rows_replaced", "count", OWN, "stored rows that this load took the place of", required=True),
        _c(
            "captured",
            "text",
            OWN,
            "JSON: per currency the sum of each cost of the rows that were stored, the same as read, and whose place they take",
            required=True,
        ),
        _c("rounding_difference", "text", OWN, "JSON: per currency and cost, raw sum less stored sum", required=True),
        _c("observed_at", "timestamp", OWN, "when it was read", "UTC", required=True),
        _c("owner", "text", OWN, "who answers for the source"),
        _c("scope_note", "text", OWN, "what the source covers, for whom, since when"),
    ),
)

ALLOCATION = Table(
    "allocation",
    "share of one charge (or of one day's metered usage of one key) carried by one cost object",
    "allocation_id",
    (
        _c("allocation_id", "text", OWN, "identity", required=True),
        _c("billing_month", "text", OWN, "month reported in; with source_name the slice", required=True),
        _c("source_name", "text", OWN, "source the money or the usage came from", required=True),
        _c("charge_date", "date", OWN, "UTC day of the charge period's start", "UTC", required=True),
        _c("origin", "text", OWN, "charge, usage, utilization or activity", required=True),
        _c("origin_key", "text", OWN, "natural key of the charge, or of the usage group", required=True),
        _c("scope", "text", OWN, "ai, not_ai or covered", required=True),
        _c("category", "text", OWN, "one of the seven additive categories, unclassified, or NULL when not ai"),
        _c("layer", "text", OWN, "direct, shared, idle, overhead or labour", required=True),
        _c("method", "text", OWN, "whole, stated_share, metered, proportional, dark, rate", required=True),
        _c("scope_rule", "text", OWN, "rule that decided the scope", required=True),
        _c("category_rule", "text", OWN, "rule that decided the category"),
        _c("attribution_rule", "text", OWN, "register key that tied the row to its owner"),
        _c("vendor", "text", OWN, "vendor id of the catalogue or register"),
        _c("vendor_account", "text", OWN, "account at the vendor; '' = the only one"),
        _c(
            "vendor_product",
            "text",
            OWN,
            "what was bought of the vendor: api, seats, plan, credits, marketplace, cloud or service; NULL = unknown",
        ),
        _c(
            "standing",
            "text",
            OWN,
            "where the money stands: dark, not_billed_yet, billed_elsewhere, prepaid, over, settlement; NULL = nothing to say",
        ),
        _c("covered_by", "text", OWN, "of a covered line: source and key of what counts in its place"),
        _c("supplier_name", "text", OWN, "supplier as the source writes it"),
        _c("provider_name", "text", OTEL + "gen_ai.provider.name", "who ran the model"),
        _c("service_name", "text", FOCUS + "ServiceName", "service"),
        _c("model", "text", OTEL + "gen_ai.response.model", "model"),
        _c("tool", "text", OWN, "tool id"),
        _c("agent", "text", OWN, "agent id"),
        _c("use_case", "text", OWN, "use case id"),
        _c("department", "text", OWN, "department id"),
        _c("cost_center", "text", OWN, "cost centre id"),
        _c("owner", "text", OWN, "who answers for the cost object"),
        _c("environment", "text", "OTel deployment.environment.name", "environment"),
        _c("currency", "text", FOCUS + "BillingCurrency", "currency of the four costs", "ISO 4217", required=True),
        *_COSTS,
        _c("evidence", "text", OWN, "invoiced, metered, contracted, estimated or declared", required=True),
        _c("usage_rows", "count", OWN, "usage rows behind it; 0 when there is no meter", required=True),
        _c("unpriced_rows", "count", OWN, "of them without a price", required=True),
        _c("input_tokens", "count", OWN, "all input tokens behind it", "tokens"),
        _c("output_tokens", "count", OWN, "output tokens behind it", "tokens"),
        _c("minutes", "quantity", OWN, "labour minutes behind it", "minutes"),
    ),
)

TABLES: dict[str, Table] = {
    table.name: table for table in (USAGE, CHARGE, ACTIVITY, UTILIZATION, OUTCOME, PRICE, LOAD, ALLOCATION)
}
