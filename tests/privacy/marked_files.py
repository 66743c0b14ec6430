"""One file per connector with markers in every column, and the settings it is read with: the doors, as a table."""

from __future__ import annotations

import csv
import io
import json
import tarfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markers import KINDS, Markers

from spendmap.capture.focus_columns import COSTS, MAPS, QUANTITIES, READ, TIMES
from spendmap.capture.litellm_row import LINE, METADATA
from spendmap.capture.otel_names import CONCEPT_OF


@dataclass(frozen=True)
class MarkedFile:
    """A file to capture."""

    file: Path
    kind: str
    settings: dict[str, str] = field(default_factory=dict)


LEDGER = {
    "Invoice date": "2026-10-05", "Supplier": "Acme AI", "Invoice number": "INV-1", "Amount": "10.00", "Currency": "USD",
    "Memo": "API credits", "Department": "Sales", "GL account": "6000", "Account": "4711", "Cost centre": "100",
    "Project": "P1", "Entity": "Acorn", "MCC": "5734", "Service month": "2026-10", "Contact": "nobody",
}  # fmt: skip
SEATS = {
    "Month": "2026-10", "Supplier": "Acme", "Product": "Copilot", "Plan": "Pro", "Seats": "10", "Active users": "5",
    "Price per seat": "20", "Currency": "USD", "Department": "Sales", "Admin": "nobody",
}  # fmt: skip
WORKLOG = {
    "Date": "2026-10-05", "Kind": "review", "Minutes": "30", "Role": "editor", "Person": "somebody", "Subject": "T-1",
    "Workflow": "triage", "Use case": "support", "Department": "Sales", "Note": "nothing",
}  # fmt: skip
OUTCOMES = {
    "Date": "2026-10-05", "Kind": "workflow_run", "Result": "accepted", "Workflow": "triage", "Run": "r1",
    "Use case": "support", "Customer": "c1", "Plan": "pro", "Segment": "smb", "Feature": "chat", "Quantity": "1",
    "Unit": "runs", "Amount": "5", "Currency": "USD", "Note": "nothing",
}  # fmt: skip
FIGURES = {"Invoice date", "Amount", "Month", "Seats", "Active users", "Price per seat", "Date", "Minutes", "Quantity"}
FIGURES |= {"Service month", *COSTS, *QUANTITIES, *TIMES, "spend", "prompt_tokens", "completion_tokens", "total_tokens"}
FIGURES |= {"request_duration_ms", "status_code", "attempted_retries", "attempted_fallbacks"}


def marked_files(folder: Path, markers: Markers) -> list[MarkedFile]:
    """Write every file. Names of files bear markers too."""
    folder.mkdir()
    named = (
        folder
        / f"calls {markers.one('file names', 'source_file', 'e-mail')} {markers.one('file names', 'source_file', 'code key')}.jsonl"
    )
    named.write_text(json.dumps(_call("named", {})) + "\n", encoding="utf-8")
    return [
        MarkedFile(_sheet(folder / "payables.csv", "ledger_csv", LEDGER, markers), "ledger_csv"),
        MarkedFile(_sheet(folder / "seats.csv", "seats_csv", SEATS, markers), "seats_csv"),
        MarkedFile(_sheet(folder / "worklog.csv", "worklog_csv", WORKLOG, markers), "worklog_csv"),
        MarkedFile(_sheet(folder / "outcomes.csv", "outcomes_csv", OUTCOMES, markers), "outcomes_csv"),
        MarkedFile(_focus(folder / "focus.csv", markers), "focus"),
        MarkedFile(_litellm(folder / "spend.jsonl", markers), "litellm_spendlogs"),
        MarkedFile(named, "litellm_spendlogs"),
        MarkedFile(_otel(folder / "traces.jsonl", markers), "otel_genai"),
        MarkedFile(
            _claude(folder / "session.jsonl", markers),
            "claude_code_jsonl",
            {
                "principal": markers.one("settings", "principal", "e-mail"),
                "team": markers.one("settings", "team", "api key"),
            },
        ),
        MarkedFile(_evaluation(folder / "results.tar.gz", markers), "eval_results", {"date": "2026-10-05"}),
    ]


def _write(file: Path, header: Sequence[str], rows: Iterable[Mapping[str, str]]) -> Path:
    text = io.StringIO()
    writer = csv.DictWriter(text, header)
    writer.writeheader()
    writer.writerows(rows)
    file.write_text(text.getvalue(), encoding="utf-8")
    return file


def _sheet(file: Path, door: str, base: Mapping[str, str], markers: Markers) -> Path:
    rows = [
        {**base, column: text}
        for column in base
        for text in markers.of_every_kind(door, column, is_figure=column in FIGURES)
    ]
    return _write(file, list(base), rows)


def _focus(file: Path, markers: Markers) -> Path:
    base = {name: "Usage" if name == "ChargeCategory" else "x" for name in READ}
    base |= dict.fromkeys((*COSTS, *QUANTITIES), "1.5") | {"BillingCurrency": "USD"}
    base |= {name: "2026-11-01T00:00:00Z" if name.endswith("End") else "2026-10-01T00:00:00Z" for name in TIMES}
    base |= dict.fromkeys(MAPS, "{}")
    rows = [
        {**base, column: text}
        for column in READ
        for text in markers.of_every_kind("focus", column, is_figure=column in FIGURES)
    ]
    for name in MAPS:
        rows += [{**base, name: json.dumps({"team": text})} for text in markers.of_every_kind("focus", f"{name} value")]
        rows += [{**base, name: json.dumps({text: "x"})} for text in markers.of_every_kind("focus", f"{name} key")]
        rows += [{**base, name: "{" + text} for text in markers.of_every_kind("focus", f"{name} cut off")]
    for tag in ("Owner", "user:Owner", "aws:createdBy", "requested_by", "contact", "assignee", "author", "email"):
        rows.append({**base, "Tags": json.dumps({tag: markers.person("focus", f"Tags {tag}")})})
    rows.append({**base, "Tags": json.dumps({"system_prompt": f"You are {markers.person('focus', 'Tags prompt')}."})})
    return _write(file, list(READ), rows)


def _call(id_: str, more: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "request_id": f"chatcmpl-{id_}", "call_type": "acompletion", "api_key": "k1", "spend": 0.5, "prompt_tokens": 10,
        "completion_tokens": 5, "total_tokens": 15, "startTime": "2026-10-05T10:00:00Z",
        "endTime": "2026-10-05T10:00:01Z", "model": "gpt-4o-2024-08-06", "custom_llm_provider": "openai",
        "status": "success", "metadata": {}, **more,
    }  # fmt: skip


def _litellm(file: Path, markers: Markers) -> Path:
    lines: list[dict[str, Any]] = []

    def add(more: Mapping[str, Any]) -> None:
        lines.append(_call(f"n{len(lines)}", more))

    for name in (*LINE.names, "messages", "response", "proxy_server_request", "team_alias"):
        if name not in ("request_tags", "metadata"):
            for text in markers.of_every_kind("litellm_spendlogs", name, is_figure=name in FIGURES):
                add({name: text})
    for name in (*METADATA.names, "requester_ip_address"):
        for text in markers.of_every_kind("litellm_spendlogs", f"metadata.{name}", is_figure=name in FIGURES):
            add({"metadata": {name: text}})
    for text in markers.of_every_kind("litellm_spendlogs", "request_tags"):
        add({"request_tags": [text, f"feature:{text}", f"label:{text}"]})
    for text in markers.of_every_kind("litellm_spendlogs", "spend_logs_metadata"):
        add({"metadata": {"spend_logs_metadata": {"label": text, text: "x", "customer": text}}})
    for tag in ("owner", "user", "requested_by", "author"):
        add({"metadata": {"spend_logs_metadata": {tag: markers.person("litellm_spendlogs", f"metadata {tag}")}}})
        add({"request_tags": [f"{tag}:{markers.person('litellm_spendlogs', f'tag {tag}')}"]})
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return file


def _otel(file: Path, markers: Markers) -> Path:
    spans: list[dict[str, Any]] = []
    base = {"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o"}

    def add(attributes: Mapping[str, str], **more: Any) -> None:
        number = len(spans) + 1
        spans.append(
            {
                "traceId": f"{number:032x}", "spanId": f"{number:016x}", "name": "chat",
                "startTimeUnixNano": "1791194400000000000", "endTimeUnixNano": "1791194401000000000",
                "attributes": [
                    {"key": key, "value": {"stringValue": value}} for key, value in {**base, **attributes}.items()
                ] + [{"key": "gen_ai.usage.input_tokens", "value": {"intValue": "10"}}],
                "status": {}, **more,
            }
        )  # fmt: skip

    for name, (concept, _) in CONCEPT_OF.items():
        is_figure = "token" in name or "cost" in name or concept in ("input", "output", "total")
        for text in markers.of_every_kind("otel_genai", name, is_figure=is_figure):
            add({name: text})
    for name in ("gen_ai.input.messages", "gen_ai.prompt.0.content", "input.value", "unknown.attribute"):
        for text in markers.of_every_kind("otel_genai", name):
            add({name: text})
    for text in markers.of_every_kind("otel_genai", "a span's name"):
        add({}, name=text, status={"code": 2, "message": text})
    for text in markers.of_every_kind("otel_genai", "ids"):
        add({}, traceId=text)
    document = {"resourceSpans": [{"resource": {"attributes": []}, "scopeSpans": [{"spans": spans}]}]}
    file.write_text(json.dumps(document) + "\n", encoding="utf-8")
    return file


def _claude(file: Path, markers: Markers) -> Path:
    lines: list[dict[str, Any]] = []
    usage = {"input_tokens": 3, "output_tokens": 5}

    def add(outer: Mapping[str, Any], inner: Mapping[str, Any]) -> None:
        number = len(lines)
        message = {"id": f"msg_{number}", "role": "assistant", "model": "claude-sonnet-4-5", "usage": usage, **inner}
        lines.append(
            {
                "type": "assistant", "uuid": f"u{number}", "sessionId": "s", "cwd": "/home/dev/acme", "version": "2.1",
                "timestamp": "2026-10-05T10:00:00.000Z", "requestId": f"r{number}", "message": message, **outer,
            }
        )  # fmt: skip

    add(
        {
            "cwd": f"/home/{markers.person('claude_code_jsonl', 'cwd')}/{markers.one('claude_code_jsonl', 'cwd', 'e-mail')}"
        },
        {},
    )
    for name in ("sessionId", "version", "requestId", "uuid", "gitBranch", "summary", "timestamp", "type"):
        for text in markers.of_every_kind("claude_code_jsonl", name):
            add({name: text}, {})
    for name in ("id", "model", "stop_reason", "content"):
        for text in markers.of_every_kind("claude_code_jsonl", f"message.{name}"):
            add({}, {name: text if name != "content" else [{"type": "text", "text": text}]})
    for name in ("service_tier", "inference_geo"):
        for text in markers.of_every_kind("claude_code_jsonl", f"usage.{name}"):
            add({}, {"usage": {**usage, name: text}})
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return file


def _evaluation(file: Path, markers: Markers) -> Path:
    kinds = [kind for kind in KINDS if kind not in ("connection", "web token")]  # no // in the name of a file
    with tarfile.open(file, "w:gz") as archive:

        def add(name: str, said: object) -> None:
            data = json.dumps(said).encode()
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))

        instances = {
            text: {"cost": 0.5, "resolved": True} for text in markers.of_every_kind("eval_results", "instance")
        }
        refused = {f"bad {text}": {"cost": "dear"} for text in markers.of_every_kind("eval_results", "refused")}
        add("run/model-a/instance_results/bench.json", instances | refused)
        for kind in kinds:
            text = markers.one("eval_results", "model", kind)
            add(f"run/{text}/instance_results/bench.json", {"i": {"cost": 0.5, "resolved": False}})
            text = markers.one("eval_results", "benchmark", kind)
            add(f"run/model-b/instance_results/{text}.json", {"i": {"cost": 0.5, "resolved": False}})
    return file
