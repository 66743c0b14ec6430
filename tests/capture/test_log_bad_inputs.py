"""Whatever is in a log file, it is read, quarantined or refused in words; nothing crashes and no text gets through."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from log_files import KINDS, answer, chat, log_line, read, span, traces, write

from spendmap.capture import jsonl, lines
from spendmap.vocabulary.errors import SourceUnreadableError

GOOD: dict[str, Any] = {
    "otel_genai": traces(chat("1")),
    "litellm_spendlogs": log_line(),
    "claude_code_jsonl": answer(),
}
kinds = pytest.mark.parametrize("kind", KINDS)


def with_bad(kind: str, bad: bytes, tmp_path: Path) -> list[str]:
    """Reasons of a file with a bad line between two good ones; the good ones must be read."""
    good = json.dumps(GOOD[kind])
    outcome = read(kind, write(tmp_path / "log.jsonl", good, bad, good))
    assert len(outcome.rows) + outcome.rows_duplicate == 2
    (reject,) = outcome.rejects
    assert (reject.line, reject.byte_offset, reject.row) == (2, len(good) + 1, "")
    return outcome.reasons


@kinds
def test_a_cut_off_line_is_called_truncated(kind: str, tmp_path: Path) -> None:
    cut = json.dumps(GOOD[kind]).encode()[:-20]
    assert with_bad(kind, cut, tmp_path) == ["truncated: the line ends inside a JSON value"]
    file = tmp_path / "tail.jsonl"
    file.write_bytes(json.dumps(GOOD[kind]).encode() + b"\n" + '{"type":"usage","usage":"é'.encode()[:-1])
    assert read(kind, file).reasons == ["truncated: the line ends inside a JSON value"]


@kinds
@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b'{"usage": "\xff\xfe"}', "not UTF-8 text"),
        (b"\x00" * 40, "holds NUL bytes"),
        (b'{"usage": NaN}', "holds NaN or Infinity, which are not JSON"),
        (b'{"usage": -Infinity}', "holds NaN or Infinity, which are not JSON"),
        (b'{"usage": 1e999}', "a number is not finite"),
        (b'{"usage": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
        (b'{"usage": 1}}', "not JSON"),
        (b'["usage"]', "not a JSON object"),
    ],
)
def test_a_line_that_is_no_record_is_quarantined_with_its_reason(
    kind: str, bad: bytes, reason: str, tmp_path: Path
) -> None:
    assert with_bad(kind, bad, tmp_path) == [reason]


@kinds
def test_a_line_beyond_the_limit_is_refused_without_being_held(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "LINE_LIMIT", 5_000)
    assert with_bad(kind, b'{"usage": "' + b"x" * 20_000 + b'"}', tmp_path) == ["longer than 5000 bytes"]


@kinds
def test_an_integer_beyond_64_bits_is_quarantined(kind: str, tmp_path: Path) -> None:
    huge = "9" * 5_000
    bad = {
        "otel_genai": traces(chat("2", tokens=None, gen_ai__usage__input_tokens={"intValue": "HUGE"})),
        "litellm_spendlogs": log_line(prompt_tokens="HUGE"),
        "claude_code_jsonl": answer("msg_2", usage={"input_tokens": "HUGE"}),
    }[kind]
    for text in ("123456789012345678901234567890", huge):
        line = json.dumps(bad).replace('"HUGE"', text)
        outcome = read(kind, write(tmp_path / "log.jsonl", GOOD[kind], line))
        assert (len(outcome.rows), len(outcome.rejects)) == (1, 1)


@kinds
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the file is empty"),
        (b"\n\n  \n", "no line of it can be read"),
        (b"PK\x03\x04rest", "a zip archive"),
        (b"PAR1rest", "Parquet"),
        ('{"a":1}'.encode("utf-16"), "UTF-16"),
        (b"hello\nworld\n", "not "),
        (b"\x1f\x8b\x08\x00broken", "cannot be read to its end"),
        (b"{}", "not "),
        (b"[]", "not "),
        (b"[" * 100_000, "not "),
    ],
)
def test_a_file_that_is_nothing_of_the_kind_is_refused_whole(
    kind: str, data: bytes, words: str, tmp_path: Path
) -> None:
    file = tmp_path / "log.jsonl"
    file.write_bytes(data)
    with pytest.raises(SourceUnreadableError, match=words) as refused:
        read(kind, file)
    assert refused.value.next_step


@kinds
def test_a_gzip_that_breaks_off_is_refused_whole(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl.gz"
    whole = gzip.compress("".join(json.dumps(GOOD[kind]) + f"{n}\n" for n in range(500)).encode())
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SourceUnreadableError, match="cannot be read to its end"):
        read(kind, file)


def test_a_missing_file_is_refused_with_a_next_step(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadableError, match="cannot be opened"):
        read("otel_genai", tmp_path / "absent.jsonl")


@kinds
@pytest.mark.parametrize("other", KINDS)
def test_a_file_of_another_kind_is_refused_by_its_right_name(kind: str, other: str, tmp_path: Path) -> None:
    if kind == other:
        assert read(kind, write(tmp_path / "log.jsonl", GOOD[other])).rejects == []
        return
    with pytest.raises(SourceUnreadableError, match="it looks like") as refused:
        read(kind, write(tmp_path / "log.jsonl", *[GOOD[other]] * 60))
    assert refused.value.next_step == f"Capture it with `--as {other}`."


def test_a_long_file_of_garbage_is_given_up_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "HELD_LIMIT", 10)
    with pytest.raises(SourceUnreadableError):
        read("otel_genai", write(tmp_path / "log.jsonl", *["{garbage"] * 11, GOOD["otel_genai"]))


@kinds
def test_bad_lines_before_the_first_good_one_are_quarantined_too(kind: str, tmp_path: Path) -> None:
    outcome = read(kind, write(tmp_path / "log.jsonl", "{cut", '{"cut', GOOD[kind]))
    assert (len(outcome.rows), [reject.line for reject in outcome.rejects]) == (1, [1, 2])


# -- anything at all ----------------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


def at_random(value: Any, draw: st.DataObject) -> Any:
    """The value with some of its parts replaced by anything."""
    if draw.draw(st.integers(0, 14)) == 0:
        return draw.draw(JSON)
    if isinstance(value, dict):
        return {key: at_random(item, draw) for key, item in value.items()}
    if isinstance(value, list):
        return [at_random(item, draw) for item in value]
    return value


def read_or_refuse(kind: str, file: Path) -> None:
    """`read` checks law L1; a refusal is an answer too."""
    try:
        read(kind, file)
    except SourceUnreadableError as refused:
        assert refused.reason


@kinds
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_good_lines_with_anything_put_into_them_never_crash(kind: str, tmp_path: Path, data: st.DataObject) -> None:
    full = {
        "otel_genai": traces(chat("1", gen_ai__usage__cost=0.5, user__id="u"), service__name="bot"),
        "litellm_spendlogs": log_line(
            request_tags=["feature:x"],
            api_base="https://a.example",
            metadata={
                "usage_object": {"prompt_tokens_details": {"cached_tokens": 5}},
                "spend_logs_metadata": {"plan": "x"},
            },
        ),
        "claude_code_jsonl": answer(costUSD=0.5),
    }[kind]
    read_or_refuse(kind, write(tmp_path / "log.jsonl", GOOD[kind], json.dumps(at_random(full, data)), GOOD[kind]))


@kinds
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(soup=st.binary(max_size=300), cut=st.integers(0, 400), at=st.integers(0, 400))
def test_byte_soup_never_crashes(kind: str, tmp_path: Path, soup: bytes, cut: int, at: int) -> None:
    good = json.dumps(GOOD[kind]).encode()
    file = tmp_path / "log.jsonl"
    for data in (soup, good + b"\n" + soup, good[:at] + soup + good[at + cut :], b"request_id,startTime\n" + soup):
        file.write_bytes(data)
        read_or_refuse(kind, file)


# -- law L12 -------------------------------------------------------------------------------------------------------

SECRETS = ("Jane Doe", "jane@acme.example", "jane.doe", "please summarise", "sk-proj-0123456789abcdef", "10.2.0.9")
PROSE = f"please summarise the letter of {SECRETS[0]} <{SECRETS[1]}>, key {SECRETS[4]}"


def cells(rows: list[dict[str, Any]]) -> str:
    return repr(rows).lower()


def test_no_prompt_name_e_mail_or_key_survives_in_any_cell(tmp_path: Path) -> None:
    otel = traces(
        chat(
            "1",
            user__id=SECRETS[1],
            user__email=SECRETS[1],
            user__full_name=SECRETS[0],
            enduser__id=SECRETS[0],
            gen_ai__input__messages=PROSE,
            gen_ai__prompt=PROSE,
            llm__input_messages=PROSE,
            input__value=PROSE,
            feature=SECRETS[1],
            customer_id=SECRETS[1],
            gen_ai__conversation__id=f"chat with {SECRETS[1]}",
            tag__tags=[PROSE, SECRETS[1], SECRETS[4]],
            error__type=SECRETS[4],
        )
        | {"name": PROSE},
        span(
            "2",
            gen_ai__operation__name="invoke_agent",
            gen_ai__agent__description=PROSE,
            gen_ai__system_instructions=PROSE,
        ),
        service__name=SECRETS[4],
    )
    litellm = log_line(
        user=SECRETS[0],
        end_user=SECRETS[1],
        api_key=SECRETS[4],
        api_base=f"https://{SECRETS[2]}:{SECRETS[4]}@gateway.acme.example/v1?k={SECRETS[4]}",
        requester_ip_address=SECRETS[5],
        messages=[{"role": "user", "content": PROSE}],
        response={"text": PROSE},
        proxy_server_request={"body": PROSE},
        request_tags=[PROSE, f"user:{SECRETS[2]}", f"requestedBy:{SECRETS[2]}", SECRETS[1], f"feature:{SECRETS[1]}"],
        metadata={
            "user_api_key_user_email": SECRETS[1],
            "user_api_key_alias": f"key of {SECRETS[1]}",
            "spend_logs_metadata": {
                "owner": SECRETS[2],
                "customer_email": SECRETS[1],
                "ticket": PROSE,
                "use_case": PROSE * 3,
            },
        },
    )
    claude = answer(cwd="/Users/jane.doe", gitBranch=f"{SECRETS[2]}/fix", version=SECRETS[1], sessionId=SECRETS[4])
    claude["message"]["content"] = [{"type": "text", "text": PROSE}]
    for kind, line in (("otel_genai", otel), ("litellm_spendlogs", litellm), ("claude_code_jsonl", claude)):
        outcome = read(kind, write(tmp_path / f"{kind}.jsonl", line))
        assert len(outcome.rows) == 1
        found = [secret for secret in SECRETS if secret.lower() in cells(outcome.rows)]
        assert found == [], kind


def test_no_text_survives_in_a_quarantined_row(tmp_path: Path) -> None:
    bad_call = chat("1", tokens=(-1, 1), gen_ai__prompt=PROSE, user__id=SECRETS[1]) | {"name": PROSE}
    bad_line = log_line(
        prompt_tokens=-1, messages=PROSE, user=SECRETS[0], status=SECRETS[1], metadata={SECRETS[1]: PROSE}
    )
    bad_answer = answer(usage={"output_tokens": -1}, gitBranch=SECRETS[2], cwd="/home/jane.doe/x", version=SECRETS[4])
    bad_answer["message"]["content"] = PROSE
    for kind, line in (
        ("otel_genai", traces(bad_call)),
        ("litellm_spendlogs", bad_line),
        ("claude_code_jsonl", bad_answer),
    ):
        (reject,) = read(kind, write(tmp_path / f"{kind}.jsonl", line)).rejects
        left = (reject.row + reject.reason).lower()
        assert [secret for secret in SECRETS if secret.lower() in left] == [], kind
        assert reject.row
