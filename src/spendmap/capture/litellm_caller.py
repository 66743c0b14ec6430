"""Who a LiteLLM call belongs to and which model served it: what hardly changes from one line to the next.

Reads a line's key, team, model and tag fields; the answer is remembered per combination, since a log repeats a few
thousand of them a million times.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from spendmap.capture.connector import ReadContext
from spendmap.capture.provider_names import is_known_provider, provider_id
from spendmap.capture.text_cells import TextCells, is_label_key, is_person_key
from spendmap.vocabulary.errors import SettingError
from spendmap.vocabulary.masking import PERSON

OPERATIONS: dict[str, str] = {
    "completion": "chat",
    "responses": "chat",
    "anthropic_messages": "chat",
    "text_completion": "text_completion",
    "generate_content": "generate_content",
    "embedding": "embeddings",
    "rerank": "rerank",
    "moderation": "moderation",
    "image_generation": "image_generation",
    "image_edit": "image_generation",
    "speech": "speech",
    "transcription": "transcription",
    "retrieve_batch": "batch",
    "create_batch": "batch",
    "call_mcp_tool": "execute_tool",
}
"""LiteLLM call type without its "a" for async -> the ledger's operation; an unknown one is kept as written."""

KEYS: dict[str, str] = {
    "feature": "feature",
    "env": "environment",
    "environment": "environment",
    "use_case": "use_case",
    "usecase": "use_case",
    "use-case": "use_case",
    "cost_center": "cost_center",
    "cost_centre": "cost_center",
    "costcenter": "cost_center",
    "cost-center": "cost_center",
    "workflow": "workflow",
    "workflow_run_id": "workflow_run_id",
    "workflow_run": "workflow_run_id",
    "run_id": "workflow_run_id",
    "session_id": "workflow_run_id",
    "agent": "agent_id",
    "agent_id": "agent_id",
    "customer": "customer_id",
    "customer_id": "customer_id",
    "tenant": "customer_id",
    "tenant_id": "customer_id",
    "project": "project",
    "project_id": "project",
    "team": "team",
    "tool": "tool",
    "eval_suite": "eval_suite",
    "eval": "eval_suite",
}
"""Keys of spend_logs_metadata and of "key:value" request tags -> the column they fill."""

OWN_TAGS = "litellm."  # begins the tags of a line's own fields, which outrank others of their name
_WHO = -2  # place of a tag whose value is somebody
_CACHE_LIMIT = 50_000  # combinations remembered
_SHAPE_LIMIT = 1_000  # sets of metadata keys remembered
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Caller(NamedTuple):
    """Columns of `usage` that describe the caller and the model, in the order of `litellm_row.COLUMNS`."""

    provider_name: str | None
    api_key_id: str | None
    project: str | None
    team: str | None
    environment: str | None
    feature: str | None
    workflow: str | None
    workflow_run_id: str | None
    use_case: str | None
    cost_center: str | None
    customer_id: str | None
    agent_id: str | None
    tool: str | None
    eval_suite: str | None
    operation: str | None
    request_model: str | None
    response_model: str | None


PROJECT, TEAM, RUN, CUSTOMER, AGENT = (
    Caller._fields.index(name) for name in ("project", "team", "workflow_run_id", "customer_id", "agent_id")
)
_AT = {name: Caller._fields.index(name) for name in set(KEYS.values())}

LINE_FIELDS = (
    "api_key",
    "team_id",
    "organization_id",
    "model",
    "model_id",
    "model_group",
    "custom_llm_provider",
    "api_base",
    "call_type",
    "agent_id",
)
METADATA_FIELDS = (
    "user_api_key_alias",
    "user_api_key_team_id",
    "user_api_key_team_alias",
    "user_api_key_project_id",
)
"""Fields of a line and of its metadata that `Callers.of` takes, in its order."""


class _Known(NamedTuple):
    """What is remembered of the lines of one key, model and set of labels."""

    columns: list[str | None]  # a `Caller`; metadata may still fill or replace some of it
    fixed: frozenset[int]  # positions that metadata does not replace
    labels: dict[str, str]  # tags of the labels
    own: dict[str, str]  # tags of the line's own fields, which outrank others of their name; names in order
    tags: dict[str, str]  # both, names in order


class Callers:
    """The callers of one file."""

    def __init__(self, context: ReadContext, cells: TextCells) -> None:
        self._cells = cells
        choice = context.settings.get("tags", "labels")
        if choice not in {"labels", "none"}:
            raise SettingError(f"tags is {choice!r}.", next_step="Choose `--set tags=labels` or `--set tags=none`.")
        self._keeps_labels = choice == "labels"
        self._known: dict[tuple[Any, ...], _Known] = {}
        self._plans: dict[tuple[str, ...], tuple[tuple[int | None, ...], tuple[str, ...]]] = {}

    def of(
        self, fields: tuple[Any, ...], labels: Any, given: Any, customer: Any, run: Any
    ) -> tuple[list[str | None], dict[str, str]]:
        """The columns of a `Caller`, and the tags that go with them, their names in order.

        The caller's own metadata is not part of what is remembered: it often holds a figure or an id of the one
        request, which would make every line a new combination.

        Args:
            fields: values of `LINE_FIELDS` and `METADATA_FIELDS`.
            labels: request tags.
            given: spend_logs_metadata, which outranks request tags.
            customer, run: `end_user`, which outranks both, and `session_id`, which neither does.
        """
        try:
            key = (fields, *labels) if type(labels) is list else fields
            known = self._known.get(key) or self._remember(key, fields, labels)
        except TypeError:  # something nested where a name belongs: worked out, not remembered
            known = self._read(fields, labels)
        columns, fixed, label_tags, own, tags = known
        columns = columns.copy()
        if type(given) is dict and given:
            said: dict[str, str] = {}
            text, label = self._cells.text, self._cells.label
            for at, name, value in zip(*self.plan(given), given.values(), strict=True):
                if at is None:
                    if (clean := label(value)) is not None:
                        said[name] = clean
                elif at == _WHO:
                    if (who := self._cells.person(value)) is not None:
                        said[name] = PERSON + who
                elif at >= 0 and at not in fixed:
                    columns[at] = text(value) or columns[at]
            if said:
                said = {**label_tags, **said, **own}
                tags = {name: said[name] for name in sorted(said)}
        if customer is not None:
            columns[CUSTOMER] = self._cells.text(customer) or columns[CUSTOMER]
        if run is not None and columns[RUN] is None:
            columns[RUN] = self._cells.text(run)
        return columns, tags

    def plan(self, given: dict[str, Any]) -> tuple[tuple[int | None, ...], tuple[str, ...]]:
        """For each key of metadata the position of the column it fills, `None` for a tag, `_WHO` for one that says who
        somebody is, or -1 for nothing; and
        the keys."""
        shape = (*given,)
        plan = self._plans.get(shape)
        if plan is None:
            plan = tuple(self._place(name) for name in shape), shape
            if len(self._plans) >= _SHAPE_LIMIT:
                self._plans.clear()
            if len(shape) <= _SHAPE_LIMIT:
                self._plans[shape] = plan
        return plan

    def _place(self, name: str) -> int | None:
        column = KEYS.get(name.lower())
        if column is not None:
            return _AT[column]
        if not self._keeps_labels:
            return -1
        return None if is_label_key(name) else _WHO if is_person_key(name) else -1

    def _remember(self, key: tuple[Any, ...], fields: tuple[Any, ...], labels: Any) -> _Known:
        if len(self._known) >= _CACHE_LIMIT:
            self._known.clear()
        found = self._known[key] = self._read(fields, labels)
        return found

    def _read(self, fields: tuple[Any, ...], labels: Any) -> _Known:
        raw_key, team_id, organization, raw_model, model_id, model_group, raw_provider, api_base = fields[:8]
        call_type, agent_id, raw_alias, key_team, team_alias, project_id = fields[8:]
        text = self._cells.text
        found, label_tags = self._said(labels)
        find = found.get
        model, provider = _model_and_provider(raw_model, raw_provider)
        alias, api_key = self._api_key(raw_alias, raw_key)
        team, agent = text(team_alias), text(agent_id)
        own = {}
        for name, value in (
            (OWN_TAGS + "api_host", _host(api_base)),
            (OWN_TAGS + "api_key_hash", api_key if alias is not None else None),
            (OWN_TAGS + "model_id", model_id),
            (OWN_TAGS + "organization_id", organization),
            (OWN_TAGS + "team_id", (team_id or key_team) if team else None),
        ):
            if clean := text(value):
                own[name] = clean
        caller = Caller(
            provider_name=text(provider),
            api_key_id=alias or api_key,
            project=find("project") or text(project_id),
            team=team or find("team") or text(team_id or key_team),
            environment=find("environment"),
            feature=find("feature"),
            workflow=find("workflow"),
            workflow_run_id=find("workflow_run_id"),
            use_case=find("use_case"),
            cost_center=find("cost_center"),
            customer_id=find("customer_id"),
            agent_id=agent or find("agent_id"),
            tool=find("tool"),
            eval_suite=find("eval_suite"),
            operation=_operation(call_type),
            request_model=text(model_group) or text(model),
            response_model=text(model),
        )
        fixed = frozenset(at for at, value in ((TEAM, team), (AGENT, agent)) if value)
        return _Known(list(caller), fixed, label_tags, own, dict(sorted((label_tags | own).items())))

    def _said(self, labels: Any) -> tuple[dict[str, str], dict[str, str]]:
        """Columns and tags of request tags: "key:value" fills the key's column when it has one, else it is a tag; a
        bare word is a tag."""
        columns: dict[str, str] = {}
        tags: dict[str, str] = {}
        for label in labels if type(labels) is list else ():
            if type(label) is not str:
                continue
            name, colon, value = (part.strip() for part in label.partition(":"))
            column = KEYS.get(name.lower()) if colon else None
            if column is not None:
                if clean := self._cells.text(value):
                    columns[column] = clean
            elif self._keeps_labels and is_label_key(name):
                kept = self._cells.label(value if colon else "true")
                if kept is not None:
                    tags[name] = kept
            elif self._keeps_labels and colon and is_person_key(name) and (who := self._cells.person(value)):
                tags[name] = PERSON + who
        return columns, tags

    def _api_key(self, alias: Any, api_key: Any) -> tuple[str | None, str | None]:
        """The key's alias and its hash; a key that is not hashed yet is hashed here."""
        named = self._cells.text(alias)
        if type(api_key) is not str or not api_key:
            return named, None
        return named, api_key if _SHA256.fullmatch(api_key) else self._cells.person(api_key)


def _host(address: Any) -> str | None:
    """Host of the endpoint called; it tells accounts apart, and the rest of the address may hold a key."""
    if type(address) is not str or not address:
        return None
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _model_and_provider(model: Any, provider: Any) -> tuple[str | None, str | None]:
    """The model without LiteLLM's routing prefix ("azure/gpt-5" -> "gpt-5"), and the provider."""
    name = provider if type(provider) is str and provider else None
    if type(model) is not str or not model:
        return None, provider_id(name)
    prefix, slash, rest = model.partition("/")
    if slash and rest and (prefix == name or (name is None and is_known_provider(prefix))):
        return rest, provider_id(name or prefix)
    return model, provider_id(name)


def _operation(call_type: Any) -> str | None:
    if type(call_type) is not str or not call_type:
        return None
    return OPERATIONS.get(call_type) or OPERATIONS.get(call_type[1:] if call_type[0] == "a" else "") or call_type[:64]
