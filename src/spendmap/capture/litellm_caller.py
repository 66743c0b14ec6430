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
    """Columns of `usage` that describe the caller and the model, and the tags that go with them."""

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
    tags: list[tuple[str, str]]


class Callers:
    """The callers of one file."""

    def __init__(self, context: ReadContext, cells: TextCells) -> None:
        self._cells = cells
        choice = context.settings.get("tags", "labels")
        if choice not in {"labels", "none"}:
            raise SettingError(f"tags is {choice!r}.", next_step="Choose `--set tags=labels` or `--set tags=none`.")
        self._keeps_labels = choice == "labels"
        self._known: dict[Any, Caller] = {}

    def of(self, line: dict[str, Any], metadata: dict[str, Any]) -> Caller:
        """The caller of one line."""
        get, meta = line.get, metadata.get
        labels, given = get("request_tags"), meta("spend_logs_metadata")
        fields = (
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
            key = (
                fields,
                tuple(labels) if type(labels) is list else None,
                tuple(given.items()) if type(given) is dict else None,
            )
            found = self._known.get(key)
        except TypeError:  # something nested where a label belongs: worked out, not remembered
            return self._caller(fields, labels, given)
        if found is None:
            if len(self._known) >= _CACHE_LIMIT:
                self._known.clear()
            found = self._known[key] = self._caller(fields, labels, given)
        return found

    def _caller(self, fields: tuple[Any, ...], labels: Any, given: Any) -> Caller:
        (raw_key, raw_alias, team_id, key_team, team_alias, project_id, organization, raw_model, model_id) = fields[:9]
        model_group, raw_provider, api_base, call_type, agent_id = fields[9:]
        text = self._cells.text
        found: dict[str, str] = {}
        tags: dict[str, str] = {}
        self._labels(labels, found, tags)
        self._metadata(given, found, tags)
        model, provider = _model_and_provider(raw_model, raw_provider)
        alias, api_key = self._api_key(raw_alias, raw_key)
        team = text(team_alias)
        for name, value in (
            ("litellm.api_key_hash", api_key if alias is not None else None),
            ("litellm.team_id", (team_id or key_team) if team else None),
            ("litellm.organization_id", organization),
            ("litellm.model_id", model_id),
            ("litellm.api_host", _host(api_base)),
        ):
            if clean := text(value):
                tags[name] = clean
        find = found.get
        return Caller(
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
            agent_id=text(agent_id) or find("agent_id"),
            tool=find("tool"),
            eval_suite=find("eval_suite"),
            operation=_operation(call_type),
            request_model=text(model_group) or text(model),
            response_model=text(model),
            tags=sorted(tags.items()),
        )

    def _labels(self, labels: Any, found: dict[str, str], tags: dict[str, str]) -> None:
        """Request tags: "key:value" fills the key's column when it has one, else a tag; a bare word is a tag."""
        if type(labels) is not list:
            return
        for label in labels:
            if type(label) is str:
                name, colon, value = label.partition(":")
                self._keep(name.strip(), value.strip() if colon else "true", found, tags, is_bare=not colon)

    def _metadata(self, given: Any, found: dict[str, str], tags: dict[str, str]) -> None:
        """The caller's own metadata, which outranks request tags."""
        if type(given) is dict:
            for name, value in given.items():
                self._keep(name, value, found, tags)

    def _keep(
        self, name: str, value: Any, found: dict[str, str], tags: dict[str, str], *, is_bare: bool = False
    ) -> None:
        column = None if is_bare else KEYS.get(name.lower())
        if column is not None:
            clean = self._cells.text(value)
            if clean:
                found[column] = clean
        elif self._keeps_labels:
            kept = self._cells.label(name, value)
            if kept is not None:
                tags[kept[0]] = kept[1]

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
