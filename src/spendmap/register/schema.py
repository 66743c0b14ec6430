"""What can be declared: every kind of entity and every field, with its type, unit and meaning.

Pure data. The reader checks files against it, the export orders by it, and the guide's tables are made
from it. A field the schema does not name cannot be declared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from spendmap.categories import ADDITIVE

FieldType = Literal[
    "text",  # words; a plain number is taken as its text
    "texts",  # one text or a list of them
    "fact",  # words, or true/false
    "flag",  # true/false
    "whole",  # whole number, not negative
    "money",  # plain decimal in the currency of the entity or, unstated, of the workspace
    "quantity",  # plain decimal, not negative
    "share",  # 0 to 1
    "date",  # YYYY-MM-DD, UTC day
    "choice",  # one of `choices`
    "ref",  # id of another entity
    "refs",  # one id or a list of them
    "keys",  # conditions that tie ledger rows to the entity
    "accounts",  # a vendor's accounts
    "settings",  # names to plain values
]


@dataclass(frozen=True)
class Field:
    """One thing that can be said of an entity. `to` names the kind a reference points at."""

    name: str
    type: FieldType
    about: str
    choices: tuple[str, ...] = ()
    to: str = ""
    question: int = 0  # 1 to 15: which question of the use-case card it answers


@dataclass(frozen=True)
class Kind:
    """A kind of entity. `plural` is its key in YAML."""

    type: str
    plural: str
    about: str
    fields: tuple[Field, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Field names in the order they are documented and exported."""
        return tuple(field.name for field in self.fields)

    def field(self, name: str) -> Field:
        """The field called `name`.

        Raises:
            KeyError: the kind has no such field.
        """
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(f"{self.type}.{name}")


NATURES = ("cogs", "opex", "hybrid")
VENDOR_KINDS = ("ai_native", "mixed")
PRODUCTS_SOLD = ("api", "seats", "plan", "credits", "marketplace", "cloud", "service")
RISK_RANK: dict[str, int] = {
    "none": 0,
    "public": 1,
    "low": 1,
    "internal": 2,
    "medium": 2,
    "confidential": 3,
    "high": 3,
    "restricted": 4,
    "critical": 4,
}
"""Data-risk classes in two common vocabularies and the rank each has; a higher rank is more sensitive."""

_RISKS = tuple(RISK_RANK)


def _f(name: str, type_: FieldType, about: str, **more: object) -> Field:
    return Field(name, type_, about, **more)  # type: ignore[arg-type]


NAME = _f("name", "text", "what people call it")
OWNER = _f("owner", "text", "who answers for it: a person or a role")
DESCRIPTION = _f("description", "text", "what it is, in a sentence")
STATUS = _f("status", "text", "idea, pilot, production, retired, or the company's own word")
DEPARTMENT = _f("department", "ref", "department that carries it", to="department")
COST_CENTER = _f("cost_center", "ref", "cost centre that pays", to="cost_center")
CATEGORY = _f("category", "choice", "category its money belongs to", choices=ADDITIVE)
CURRENCY = _f("currency", "text", "ISO 4217 code of its amounts; unstated, the workspace's")
KEYS = _f("keys", "keys", "conditions on ledger columns, all of which must hold; several mappings are alternatives")
DATA_RISK = _f("data_risk", "choice", "class of the most sensitive data it touches", choices=_RISKS)
APPROVED_RISK = _f("approved_risk", "choice", "class of data it has been approved for", choices=_RISKS)
WORKFLOW = _f("workflow", "text", "workflow it serves, as usage logs name it")
START = _f("start_date", "date", "first day, inclusive")
END = _f("end_date", "date", "last day, inclusive")
CONTROLS: tuple[Field, ...] = (
    _f("sso", "fact", "whether people sign in through the company's identity provider; false = they do not"),
    _f("admin_controls", "fact", "what an administrator can see and switch off; false = nothing"),
    _f("data_retention", "fact", "how long the vendor keeps inputs and outputs; false = nobody agreed anything"),
)
"""Enterprise controls of a product. Nothing stated is unknown; `false` is a stated no."""

HYPOTHESIS: tuple[Field, ...] = (
    _f("value_hypothesis", "text", "what it is expected to change, and why"),
    _f("measure", "text", "the figure that would show it"),
    _f("baseline", "text", "that figure before"),
    _f("target", "text", "that figure expected"),
    _f("target_date", "date", "when"),
)

KINDS: tuple[Kind, ...] = (
    Kind(
        "department",
        "departments",
        "A part of the organisation that carries spend.",
        (
            NAME,
            OWNER,
            _f("headcount", "whole", "people"),
            COST_CENTER,
            _f("parent", "ref", "department it belongs to", to="department"),
            DESCRIPTION,
            KEYS,
        ),
    ),
    Kind(
        "cost_center",
        "cost_centers",
        "Where finance books it.",
        (
            NAME,
            DEPARTMENT,
            _f("nature", "choice", "cost of goods sold, operating expense, or both", choices=NATURES),
            _f("cogs_share", "share", "part that is cost of goods sold when the nature is hybrid"),
            _f("gl_account", "text", "general-ledger account"),
            OWNER,
            DESCRIPTION,
            KEYS,
        ),
    ),
    Kind(
        "vendor",
        "vendors",
        "Who sells it. Declared vendors come before the shipped catalogue.",
        (
            NAME,
            _f("aliases", "texts", "how invoices, ledgers and card statements spell it"),
            _f("domains", "texts", "its web domains"),
            _f(
                "kind",
                "choice",
                "ai_native: all it sells is AI; mixed: it sells other things too",
                choices=VENDOR_KINDS,
            ),
            CATEGORY,
            _f("capability", "texts", "what it can do, in the catalogue's words"),
            _f("sells", "texts", "what it sells; unstated, as the catalogue says", choices=PRODUCTS_SOLD),
            OWNER,
            DATA_RISK,
            APPROVED_RISK,
            _f("website", "text", "address"),
            DESCRIPTION,
            _f("accounts", "accounts", "accounts held there"),
            KEYS,
        ),
    ),
    Kind(
        "contract",
        "contracts",
        "What was agreed with a vendor.",
        (
            NAME,
            _f("vendor", "ref", "vendor", to="vendor"),
            _f("vendor_account", "text", "account it covers; unstated, all of them"),
            _f("tool", "ref", "tool it covers", to="tool"),
            OWNER,
            _f("number", "text", "contract or order number"),
            START,
            END,
            _f("renewal_date", "date", "day it renews"),
            _f("notice_days", "whole", "days of notice before renewal"),
            _f("auto_renews", "flag", "renews unless notice is given"),
            _f("term_months", "whole", "months"),
            _f("commitment", "money", "amount committed over the term"),
            CURRENCY,
            _f("committed_quantity", "quantity", "quantity committed over the term"),
            _f("committed_unit", "text", "its unit"),
            _f("discount", "share", "discount on list"),
            _f("price_increase_cap", "share", "largest increase at renewal"),
            _f("payment_terms", "text", "when it is paid"),
            _f("data_terms", "text", "what the vendor may do with the data"),
            _f("alternatives", "texts", "vendors that could replace it"),
            _f("position", "text", "what is asked for at renewal"),
            _f("document", "text", "where the contract is kept"),
            STATUS,
            DESCRIPTION,
        ),
    ),
    Kind(
        "labour_rate",
        "labour_rates",
        "What an hour of a role costs, all in.",
        (
            NAME,
            _f("role", "text", "role, as activity logs name it"),
            DEPARTMENT,
            _f("hourly_rate", "money", "loaded cost of one hour"),
            CURRENCY,
            _f("valid_from", "date", "first day the rate holds, inclusive"),
            _f("valid_to", "date", "first day it no longer holds, exclusive"),
            DESCRIPTION,
        ),
    ),
    Kind(
        "tool",
        "tools",
        "A product employees use.",
        (
            NAME,
            _f("vendor", "ref", "vendor", to="vendor"),
            _f("vendor_account", "text", "account at the vendor"),
            _f("product", "text", "product name, as seat files write it"),
            _f("product_id", "text", "product of the product catalogue; tools of one product are shown together"),
            _f("spellings", "texts", "how the sources it was imported from write it"),
            _f("capability", "texts", "what it can do, in the catalogue's words"),
            CATEGORY,
            DEPARTMENT,
            COST_CENTER,
            OWNER,
            _f("purpose", "text", "what it is for"),
            _f("uses", "texts", "uses it is reported for"),
            *HYPOTHESIS,
            _f("contract", "ref", "contract", to="contract"),
            _f("renewal_date", "date", "day it renews"),
            _f("notice_days", "whole", "days of notice before renewal"),
            DATA_RISK,
            APPROVED_RISK,
            *CONTROLS,
            _f("data_assets", "refs", "data it touches", to="data_asset"),
            _f("seats", "whole", "seats bought"),
            _f("licence_band", "texts", "licences or users as a band, where no count is known"),
            _f("seat_price", "money", "price of one seat and month"),
            _f("seat_plan", "text", "plan or edition"),
            _f(
                "billing",
                "choice",
                "plan: a flat fee pays for its calls, whose list price is then an equivalent; usage: by what is used",
                choices=("plan", "usage"),
            ),
            CURRENCY,
            _f("population", "texts", "who uses it"),
            _f("monthly_budget", "money", "budget per month"),
            _f("approved_on", "date", "day it was approved"),
            STATUS,
            DESCRIPTION,
            KEYS,
        ),
    ),
    Kind(
        "agent",
        "agents",
        "Something that loops, calls tools and acts.",
        (
            NAME,
            OWNER,
            _f("use_case", "ref", "use case it serves", to="use_case"),
            DEPARTMENT,
            COST_CENTER,
            CATEGORY,
            _f("purpose", "text", "what it is for"),
            *HYPOTHESIS,
            _f("vendor", "ref", "vendor", to="vendor"),
            _f("tool", "ref", "tool it is part of", to="tool"),
            _f("monthly_budget", "money", "budget per month; 0 = switched off on purpose"),
            CURRENCY,
            _f("permissions", "texts", "what it may do"),
            _f("side_effects", "texts", "what it changes outside itself"),
            _f("output_review", "fact", "how its output is checked; false = it is not"),
            _f("kill_switch", "fact", "how it is stopped; false = it cannot be"),
            _f("kill_switch_tested_on", "date", "day stopping it was last tried"),
            _f("failure_detection", "fact", "how failure is noticed; false = it is not"),
            _f("rate_limit", "fact", "most it may do; false = no limit"),
            DATA_RISK,
            APPROVED_RISK,
            _f("data_assets", "refs", "data it touches", to="data_asset"),
            STATUS,
            DESCRIPTION,
            KEYS,
        ),
    ),
    Kind(
        "use_case",
        "use_cases",
        "What AI is used for: the thing people fund, own and judge.",
        (
            NAME,
            _f("owner", "text", "who owns it", question=1),
            _f("problem", "text", "what problem it solves", question=2),
            _f("nature", "choice", "cost of goods sold, operating expense or hybrid", choices=NATURES, question=3),
            _f("cogs_share", "share", "part that is cost of goods sold when hybrid"),
            _f("cost_center", "ref", "which cost centre pays", to="cost_center", question=4),
            _f("vendors", "refs", "which vendors", to="vendor", question=5),
            _f("vendors_as_written", "texts", "vendors as the source writes them, where no vendor is declared"),
            _f("sourcing", "text", "bought, built in-house, or both"),
            _f("models", "texts", "which models"),
            _f("technique", "text", "kind of AI: generative, classical, vision"),
            _f("data", "text", "what data it touches", question=6),
            _f("personal_data", "flag", "touches data about people"),
            _f("data_assets", "refs", "which data assets", to="data_asset"),
            DATA_RISK,
            APPROVED_RISK,
            _f("direct_cost", "text", "direct cost, as known before it is measured", question=7),
            _f("indirect_cost", "text", "indirect cost, likewise", question=8),
            _f("unit_economics", "text", "which unit economics matter", question=9),
            _f("outcome", "text", "which business outcome should move", question=10),
            _f("quality_threshold", "text", "which quality threshold must hold", question=11),
            _f("controls", "text", "which controls exist", question=12),
            _f("if_usage_doubles", "text", "what if usage doubles", question=13),
            _f("if_vendor_price_changes", "text", "what if the vendor price changes", question=14),
            _f("if_model_gets_worse", "text", "what if the model gets worse", question=15),
            DEPARTMENT,
            CATEGORY,
            *HYPOTHESIS,
            _f("workflow", "texts", "workflows that make it up, as usage logs name them"),
            _f("features", "texts", "product features it powers"),
            _f("plans", "refs", "plans it is sold in", to="plan"),
            _f("segments", "refs", "customer segments it serves", to="customer_segment"),
            _f("tools", "refs", "tools it relies on", to="tool"),
            _f("evaluation_suites", "refs", "suites that test it", to="evaluation_suite"),
            _f("review_queues", "refs", "queues where its output is reviewed", to="review_queue"),
            _f("quality_owner", "text", "who answers for its quality"),
            _f("impact", "text", "how much rests on it, in the words of the inventory it comes from"),
            _f("impact_reason", "text", "why it is classed so"),
            _f("topic", "text", "field of work it belongs to"),
            _f("outputs", "text", "what it produces"),
            _f("unit", "text", "part of the department that runs it"),
            _f("contact", "text", "whom to ask; not an owner"),
            _f("system", "text", "system it is part of"),
            _f("reference", "text", "its number in the inventory it comes from"),
            _f("monthly_budget", "money", "budget per month"),
            CURRENCY,
            _f("started_on", "date", "day it went live"),
            STATUS,
            DESCRIPTION,
            KEYS,
        ),
    ),
    Kind(
        "source",
        "sources",
        "Where usage or money is captured from, declared before it is read.",
        (
            NAME,
            _f("kind", "text", "connector that reads it"),
            _f("location", "text", "file, folder or address, relative to the workspace"),
            OWNER,
            _f("scope", "text", "what it covers, for whom, since when"),
            _f("refresh", "text", "how often it is read"),
            _f("since", "date", "first day it covers"),
            _f("vendor", "ref", "vendor it describes", to="vendor"),
            _f("vendor_account", "text", "account it describes"),
            _f("sees", "texts", "other sources whose calls it sees too, by id: such a call counts once"),
            _f("settings", "settings", "connector settings, as with --set"),
            DESCRIPTION,
        ),
    ),
    Kind(
        "plan",
        "plans",
        "What customers buy.",
        (
            NAME,
            OWNER,
            _f("pricing", "choice", "how it is priced", choices=("free", "flat", "usage", "premium", "hybrid")),
            _f("price", "money", "price per month"),
            CURRENCY,
            _f("features", "texts", "features included"),
            _f("segments", "refs", "segments it is sold to", to="customer_segment"),
            _f("included", "text", "usage included"),
            DESCRIPTION,
            KEYS,
        ),
    ),
    Kind(
        "budget",
        "budgets",
        "Money set aside.",
        (
            NAME,
            OWNER,
            _f("amount", "money", "amount per period"),
            CURRENCY,
            _f("period", "choice", "what the amount is for", choices=("month", "quarter", "year", "once")),
            CATEGORY,
            DEPARTMENT,
            COST_CENTER,
            _f("use_case", "ref", "use case", to="use_case"),
            _f("tool", "ref", "tool", to="tool"),
            _f("agent", "ref", "agent", to="agent"),
            _f("vendor", "ref", "vendor", to="vendor"),
            START,
            END,
            DESCRIPTION,
        ),
    ),
    Kind(
        "experiment",
        "experiments",
        "A sandbox with a small budget and an end: quiet until it breaks them.",
        (
            NAME,
            OWNER,
            _f("purpose", "text", "what is tried"),
            *HYPOTHESIS,
            DEPARTMENT,
            COST_CENTER,
            CATEGORY,
            _f("use_case", "ref", "use case it may become", to="use_case"),
            _f("tool", "ref", "tool tried", to="tool"),
            _f("agent", "ref", "agent tried", to="agent"),
            _f("budget", "money", "most it may cost"),
            CURRENCY,
            START,
            END,
            DATA_RISK,
            APPROVED_RISK,
            STATUS,
            DESCRIPTION,
            KEYS,
        ),
    ),
    Kind(
        "evaluation_suite",
        "evaluation_suites",
        "How quality is known.",
        (
            NAME,
            OWNER,
            _f("use_case", "ref", "use case it tests", to="use_case"),
            WORKFLOW,
            _f("gate", "fact", "what it stops when it fails; false = nothing"),
            _f("cadence", "text", "when it runs"),
            _f("threshold", "text", "what must hold"),
            _f("dataset", "text", "data it runs on"),
            _f("judge", "text", "who or what judges"),
            _f("quality_owner", "text", "who answers for the quality it shows"),
            _f("last_run_on", "date", "day of the last run"),
            DESCRIPTION,
            KEYS,
        ),
    ),
    Kind(
        "review_queue",
        "review_queues",
        "Where people check what AI made.",
        (
            NAME,
            OWNER,
            _f("use_case", "ref", "use case reviewed", to="use_case"),
            WORKFLOW,
            DEPARTMENT,
            COST_CENTER,
            _f("role", "text", "role that reviews"),
            _f("sampling", "share", "part of the output that is reviewed"),
            _f("service_level", "text", "how soon"),
            DESCRIPTION,
            KEYS,
        ),
    ),
    Kind(
        "data_asset",
        "data_assets",
        "Data that AI touches.",
        (
            NAME,
            OWNER,
            DEPARTMENT,
            DATA_RISK,
            _f("contains", "texts", "what kinds of data"),
            _f("personal_data", "flag", "holds data about people"),
            _f("location", "text", "where it is kept"),
            DESCRIPTION,
        ),
    ),
    Kind(
        "customer_segment",
        "segments",
        "Customers who are looked at together.",
        (NAME, OWNER, _f("customers", "texts", "customer ids in it"), DESCRIPTION, KEYS),
    ),
)

BY_TYPE: dict[str, Kind] = {kind.type: kind for kind in KINDS}
BY_PLURAL: dict[str, Kind] = {kind.plural: kind for kind in KINDS}
ACCOUNT_FIELDS: tuple[str, ...] = ("id", "name", "keys", "invoice_lag_months")
"""What an account of a vendor says; `invoice_lag_months` = months between use and the invoice's date."""
