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
from spendmap.capture.text_cells import TextCells
from spendmap.vocabulary.errors import SettingError

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

_CACHE_LIMIT = 50_000  # combinations remembered
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


class _Fields(NamedTuple):
    """What a line's own key, team and model fields say. Tags have their names in order."""

    provider: str | None
    api_key: str | None
    project: str | None
    team_alias: str | None
    team: str | None
    agent: str | None
    operation: str | None
    request_model: str | None
    response_model: str | None
    tags: dict[str, str]


class _Said(NamedTuple):
    """What labels say: columns they fill, and tags."""

    columns: dict[str, str]
    tags: dict[str, str]


_SILENT = _Said({}, {})


class Callers:
    """The callers of one file."""

    def __init__(self, context: ReadContext, cells: TextCells) -> None:
        self._cells = cells
        choice = context.settings.get("tags", "labels")
        if choice not in {"labels", "none"}:
            raise SettingError(f"tags is {choice!r}.", next_step="Choose `--set tags=labels` or `--set tags=none`.")
        self._keeps_labels = choice == "labels"
        self._fields: dict[tuple[Any, ...], _Fields] = {}
        self._labels: dict[tuple[Any, ...], _Said] = {}

    def of(self, line: dict[str, Any], metadata: dict[str, Any]) -> tuple[Caller, dict[str, str]]:
        """The caller of one line and the tags that go with it, their names in order.

        Fields and labels are remembered each for itself: metadata often holds a figure or an id of the one request,
        and would make every combination a new one.
        """
        get, meta, text = line.get, metadata.get, self._cells.text
        raw = (
            get("api_key"),
            meta("user_api_key_alias"),
            get("team_id"),
            meta("user_api_key_team_id"),
            meta("user_api_key_team_alias"),
            meta("user_api_key_project_id"),
            get("organization_id"),
            get("model"),
            get("model_id"),
            get("model_group"),
            get("custom_llm_provider"),
            get("api_base"),
            get("call_type"),
            get("agent_id"),
        )
        try:
            fields = self._fields.get(raw) or self._remember(raw)
        except TypeError:  # something nested where a name belongs: worked out, not remembered
            fields = self._read_fields(raw)
        labels, given = get("request_tags"), meta("spend_logs_metadata")
        found, tags = self._said(labels) if type(labels) is list and labels else _SILENT
        if type(given) is dict and given:
            found, tags = self._with_metadata(given, found, tags)
        provider, api_key, project, team_alias, team, agent, operation, request_model, response_model, own = fields
        customer, run = text(get("end_user")), text(get("session_id"))
        if found:
            find = found.get
            caller = (
                provider,
                api_key,
                find("project") or project,
                team_alias or find("team") or team,
                find("environment"),
                find("feature"),
                find("workflow"),
                find("workflow_run_id") or run,
                find("use_case"),
                find("cost_center"),
                customer or find("customer_id"),
                agent or find("agent_id"),
                find("tool"),
                find("eval_suite"),
                operation,
                request_model,
                response_model,
            )
        else:
            caller = (
                *(provider, api_key, project, team_alias or team, None, None, None, run, None, None, customer, agent),
                *(None, None, operation, request_model, response_model),
            )
        if tags:
            tags = {**tags, **own}
            tags = {name: tags[name] for name in sorted(tags)}
        else:
            tags = own
        return tuple.__new__(Caller, caller), tags

    def _remember(self, raw: tuple[Any, ...]) -> _Fields:
        if len(self._fields) >= _CACHE_LIMIT:
            self._fields.clear()
        found = self._fields[raw] = self._read_fields(raw)
        return found

    def _read_fields(self, raw: tuple[Any, ...]) -> _Fields:
        (raw_key, raw_alias, team_id, key_team, team_alias, project_id, organization, raw_model, model_id) = raw[:9]
        model_group, raw_provider, api_base, call_type, agent_id = raw[9:]
        text = self._cells.text
        model, provider = _model_and_provider(raw_model, raw_provider)
        alias, api_key = self._api_key(raw_alias, raw_key)
        team = text(team_alias)
        tags = {}
        for name, value in (
            ("litellm.api_host", _host(api_base)),
            ("litellm.api_key_hash", api_key if alias is not None else None),
            ("litellm.model_id", model_id),
            ("litellm.organization_id", organization),
            ("litellm.team_id", (team_id or key_team) if team else None),
        ):
            if clean := text(value):
                tags[name] = clean
        return _Fields(
            provider=text(provider),
            api_key=alias or api_key,
            project=text(project_id),
            team_alias=team,
            team=text(team_id or key_team),
            agent=text(agent_id),
            operation=_operation(call_type),
            request_model=text(model_group) or text(model),
            response_model=text(model),
            tags=tags,
        )

    def _said(self, labels: list[Any]) -> _Said:
        """Request tags: "key:value" fills the key's column when it has one, else a tag; a bare word is a tag."""
        key = tuple(labels)
        try:
            known = self._labels.get(key)
        except TypeError:
            known = key = None
        if known is None:
            known = _Said({}, {})
            for label in labels:
                if type(label) is str:
                    name, colon, value = label.partition(":")
                    name = name.strip()
                    column = KEYS.get(name.lower()) if colon else None
                    self._keep(name, column, value.strip() if colon else "true", known)
            if key is not None:
                if len(self._labels) >= _CACHE_LIMIT:
                    self._labels.clear()
                self._labels[key] = known
        return known

    def _with_metadata(self, given: dict[str, Any], found: dict[str, str], tags: dict[str, str]) -> _Said:
        """The caller's own metadata, which outranks request tags."""
        said = _Said(found.copy(), tags.copy())
        for name, value in given.items():
            self._keep(name, KEYS.get(name) or KEYS.get(name.lower()), value, said)
        return said

    def _keep(self, name: str, column: str | None, value: Any, said: _Said) -> None:
        if column is not None:
            clean = self._cells.text(value)
            if clean:
                said.columns[column] = clean
        elif self._keeps_labels:
            clean = self._cells.label(name, value)
            if clean is not None:
                said.tags[name] = clean

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
