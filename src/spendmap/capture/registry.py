"""The connectors that exist, by the name after `--as`. Each is imported when it is asked for."""

from __future__ import annotations

from importlib import import_module

from spendmap.capture.connector import Connector
from spendmap.vocabulary.errors import UnknownKindError

KINDS: dict[str, str] = {
    "focus": "cost exports in FOCUS 1.0 to 1.4 (CSV, CSV.gz, Parquet)",
    "otel_genai": "OpenTelemetry GenAI and OpenInference traces (OTLP JSON lines)",
    "litellm_spendlogs": "LiteLLM proxy spend logs (JSON lines, CSV)",
    "claude_code_jsonl": "Claude Code session logs (a folder of projects)",
    "ledger_csv": "accounts-payable or card export, any columns (CSV)",
    "seats_csv": "licences bought and used (CSV)",
    "worklog_csv": "human work: review, annotation, support (CSV)",
    "outcomes_csv": "business outcomes: runs accepted, revenue, plans (CSV)",
    "eval_results": "evaluation results by model: solved or not, and what it cost (tar.gz of JSON)",
}


def connector(kind: str) -> Connector:
    """The connector that reads `kind`.

    Raises:
        UnknownKindError: there is none.
    """
    if kind not in KINDS:
        raise UnknownKindError(kind, tuple(KINDS))
    found: Connector = import_module(f"spendmap.capture.connectors.{kind}").CONNECTOR
    return found
