"""What is masked and what must stay: secrets and persons go, ids, models, numbers of documents and accounts stay."""

from __future__ import annotations

import base64
import hashlib

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spendmap.vocabulary.masking import (
    SUSPECT_ID,
    SUSPECT_LONG,
    SUSPECT_WORDS,
    as_person,
    holds_prompt,
    masked,
    names_person,
    pseudonymised,
    shown,
)


def hashed(text: str) -> str:
    return hashlib.sha256(text.strip().lower().encode()).hexdigest()[:24]


MIXED = "Ab3dE5gH1jK7mN9pQ2sT4vX6zY8bC0eF"  # what a maker's random part looks like

MUST_GO = {
    "openai": f"sk-proj-{MIXED}",
    "openai, old": f"sk-{MIXED}",
    "anthropic": f"sk-ant-api03-{MIXED}-AA",
    "openrouter": "sk-or-v1-0123456789abcdef0123456789abcdef",
    "litellm": "sk-1234567890abcdefghij",
    "google": f"AIzaSy{MIXED}A",
    "google oauth": f"ya29.{MIXED}",
    "hugging face": "hf_abcdEFGH1234ijklMNOP5678",
    "groq": f"gsk_{MIXED}",
    "xai": f"xai-{MIXED}",
    "perplexity": f"pplx-{MIXED}",
    "replicate": f"r8_{MIXED}",
    "nvidia": f"nvapi-{MIXED}",
    "databricks": "dapi0123456789abcdef0123456789abcdef",
    "langsmith": "lsv2_pt_0123456789abcdef0123456789abcdef_0123456789",
    "langfuse": "sk-lf-01234567-89ab-cdef-0123-456789abcdef",
    "aws": "AKIAIOSFODNN7EXAMPLE",
    "aws, for a session": "ASIAIOSFODNN7EXAMPLE",
    "aws secret": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "bedrock": "ABSK" + base64.b64encode(b"BedrockAPIKey-abcd:x1y2z3x1y2z3").decode(),
    "azure storage": "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=Ab3dE5gH1jK7mN9pQ2sT4vX6zY8bC0eF==;",
    "azure ai": "5GtR8Kp2WxYz4NbQ7Lm9Vc3Hf6Jd1Sa0Te8Ui5Oy2Pr7Eq4Zw9XnJQQJ99BDACYeBjFXJ3w3AAABACOGabcd",
    "entra": "abc8Q~abcdefghijklmnopqrstuvwxyz0123456",
    "github": "ghp_0123456789abcdefghijABCDEFGHIJ012345",
    "github, fine": "github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuvwx",
    "gitlab": "glpat-abcdefghij0123456789",
    "slack": "xoxb-123456789012-abcdefABCDEF",
    "slack hook": "https://hooks.slack.com/services/T0000/B0000/XXXXyyyy1234",
    "stripe": "sk_live_51Habc1234567890DEF",
    "npm": "npm_0123456789abcdefghijklmnopqrstuvwxyz",
    "pypi": f"pypi-AgEIcHlwaS5vcmc{MIXED}",
    "bearer": "Authorization: Bearer abcdef0123456789",
    "basic": "Basic amFuZTpodW50ZXIyIQ==",
    "jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    "private key": "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----",
    "connection": "postgresql://app:hunter2@db.example.com/spend",
    "password": "Server=db;User Id=app;Password=hunter2;",
    "api key in words": "api_key: 0123abcd4567ef89",
    "signature": "https://x.blob.core.windows.net/c/f?sv=2024&sig=aB3dE5gH1jK7mN9p%3D",
    "e-mail": "jane.doe+ai@mail.example.com",
    "e-mail, encoded": "jane.doe%40example.com",
    "e-mail of Munich": "jörg@münchen.example",
    "phone": "+44 7700 900123",
    "phone, together": "+4915123456789",
    "phone, american": "(415) 555-0132",
    "phone, in words": "phone 4155550132",
    "card": "4111111111111111",
    "card in fours": "4111 1111 1111 1111",
    "card with dashes": "5500-0055-5555-5559",
    "amex": "3782-822463-10005",
    "iban": "GB29 NWBK 6016 1331 9268 19",
    "iban, together": "DE89370400440532013000",
}  # fmt: skip
INSIDE = {  # the part that must go, where the rest may stay
    "azure storage": "Ab3dE5gH1jK7mN9pQ2sT4vX6zY8bC0eF",
    "slack hook": "XXXXyyyy1234",
    "bearer": "abcdef0123456789",
    "basic": "amFuZTpodW50ZXIyIQ",
    "private key": "MIIEpAIBAAKCAQEA",
    "connection": "hunter2",
    "password": "hunter2",
    "api key in words": "0123abcd4567ef89",
    "signature": "aB3dE5gH1jK7mN9p",
    "phone, in words": "4155550132",
}
IN_WORDS_ONLY = {
    "phone at home": "0171 5551234",
    "phone, american at home": "415-555-0132",
    "bank account": "account 123456789",
}

MUST_STAY = [
    "gpt-4o-2024-08-06",
    "claude-sonnet-4-5-20250929",
    "claude-3-5-sonnet@20240620",
    "anthropic.claude-3-haiku-20240307-v1:0",
    "us.anthropic.claude-opus-4-20250514-v1:0",
    "accounts/fireworks/models/llama-v3p1-405b-instruct",
    "ft:gpt-4o-mini-2024-07-18:acme:support:9aBcDeFg",
    "text-embedding-3-large",
    "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6",
    "arn:aws:iam::123456789012:role/Admin",
    "123456789012",
    "1234567890",
    "112-1234567-1234567",
    "4500012345",
    "INV-2026-000123",
    "invoice 2026100412345",
    "Rechnung Nr. 0001234567",
    "PO 4500123456",
    "order 1234567890123",
    "account 123456789012",
    "00000000-0000-0000-0000-000000000000",
    "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
    "41111111-1111-4111-8111-111111111111",
    "d41d8cd98f00b204e9800998ecf8427e",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "chatcmpl-ABCdef123456ghiJKLmno789",
    "msg_01XFDUDYJgAACzvnptvVoYEL",
    "resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b",
    "batch_67c9f4a1e2f88190a5a3b8d2d9c0a1b2",
    "org-AbCdEfGhIjKlMnOpQrStUvWx",
    "proj_AbCdEfGhIjKlMnOpQrStUvWx",
    "wrkspc_01JwQvzr7rXLA5AGx3HKfFUJ",
    "0af7651916cd43dd8448eb211c80319c:b7ad6b7169203331",
    "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourceGroups/Prod1/providers/Microsoft.CognitiveServices/accounts/x",
    "projects/MyProject1/locations/us/publishers/google/models/gemini1",
    "//compute.googleapis.com/projects/p1/zones/us-central1-a/instances/1234567890123456789",
    "https://api.openai.com/v1/chat/completions",
    "https://acme-prod.openai.azure.com:443/openai/deployments/gpt-4o",
    "db.example.com:5432",
    "10.0.0.1:8080",
    "DX3N-6HQX-4XGW",
    "JRTCKXETXF.6YS6EN2CT7",
    "B000-1111-2222",
    "us-east-1",
    "europe-west4",
    "2026-10-01T00:00:00Z",
    "2026-10-01T00:00:00+00:00",
    "2026-10-01 00:00:00.123456 +0000 UTC",
    "1759276800000",
    "1759276800000000000",
    "licences 2026-10-01 to 2026-10-31, 120 seats",
    "USD 1,234,567.89",
    "+12345678.90",
    "-1234567.123456789012",
    "sk-learn-service-prod",
    "task-management-dashboard",
    "pk-analytics-platform",
    "risk-assessment-2026",
    "key-0123456789abcdef01234567",
    "principal:0123456789abcdef01234567",
    "Input tokens: 1024 tokens",
    "max_tokens=4096",
    "token=input",
    "secret: rotation",
    "bearer of good news",
    "Basic subscription2026",
    "team@work",
    "nginx@sha256:0123456789abcdef0123456789abcdef",
    "AWSDataTransfer-USE1-Bytes",
    "AmazonBedrock-InputTokenCount",
    "DE-2026-000123",
    "GB82 seats of the plan",
    "UsageQuantity1234567890UsageQuantityAbcdefghijklmnop",
    "p4d.24xlarge",
    "a100-80gb-sxm",
    "GitHub Copilot Business",
]  # fmt: skip


SOMEBODY = [
    "owner", "Owner", "user:Owner", "aws:createdBy", "user", "creator", "created_by", "createdBy", "assignee",
    "author", "email", "contact", "requested_by", "requestedBy", "owner_email", "userId", "user-name",
    "k8s.io/owner", "contact email", "assigned_to", "first_name", "approver", "last modified by",
    "resourceTags/user:Owner", "OwnerName", "gen_ai.user.id"
]  # fmt: skip
NOBODY = [
    "env", "Name", "name", "user:Environment", "user:CostCenter", "owner_team", "team", "cost_center", "project",
    "id", "package-manager", "app.kubernetes.io/managed", "user_agent", "authoring", "contact_center", "by",
    "standby", ""
]  # fmt: skip


@pytest.mark.parametrize("kind", MUST_GO)
def test_secrets_and_persons_go_out_of_words_and_of_identifiers(kind: str) -> None:
    text, secret = MUST_GO[kind], INSIDE.get(kind, MUST_GO[kind])
    for around in ("{}", "paid by {} today", "ref={}", '{{"x": "{}"}}'):
        written = around.format(text)
        for left in (masked(written), pseudonymised(written, hashed)):
            assert secret not in left
            assert masked(left) == left, "twice is as once"


def test_the_host_of_a_connection_and_the_name_of_a_setting_stay() -> None:
    assert masked(MUST_GO["connection"]) == "postgresql://[key]@db.example.com/spend"
    assert masked(MUST_GO["password"]) == "Server=db;User Id=app;Password=[key];"
    assert pseudonymised("role/dev/jane@x.example", hashed) == f"role/dev/principal:{hashed('jane@x.example')}"


@pytest.mark.parametrize(("pattern", "kinds"), [(SUSPECT_ID, MUST_GO), (SUSPECT_WORDS, MUST_GO | IN_WORDS_ONLY)])
def test_the_quick_pattern_overlooks_nothing(pattern: str, kinds: dict[str, str]) -> None:
    texts = pa.array([around.format(text) for text in kinds.values() for around in ("{}", "see {}.", "x={}")])
    long, capitals = (pc.match_substring_regex(texts, each) for each in SUSPECT_LONG)
    suspect = pc.or_(pc.match_substring_regex(texts, pattern), pc.and_(long, capitals))
    assert texts.filter(pc.invert(suspect)).to_pylist() == []


def test_the_quick_pattern_lets_most_texts_pass() -> None:
    usual = pa.array(MUST_STAY)
    assert pc.sum(pc.match_substring_regex(usual, SUSPECT_ID)).as_py() < len(MUST_STAY) / 2


@pytest.mark.parametrize("text", IN_WORDS_ONLY.values(), ids=IN_WORDS_ONLY.keys())
def test_numbers_as_written_at_home_go_out_of_words_and_of_labels(text: str) -> None:
    assert "[number]" in masked(text)
    assert "number-" in pseudonymised(text, hashed, is_label=True)
    assert pseudonymised(text, hashed) == text


@pytest.mark.parametrize("text", MUST_STAY)
def test_what_identifies_money_and_machines_stays(text: str) -> None:
    assert masked(text) == text
    assert pseudonymised(text, hashed, is_label=True) == text
    assert masked(f"for {text}, thanks") == f"for {text}, thanks"


@given(st.text(max_size=60))
def test_masking_twice_is_masking_once(text: str) -> None:
    assert masked(masked(text)) == masked(text)
    once = pseudonymised(text, hashed, is_label=True)
    assert pseudonymised(once, hashed, is_label=True) == once


@pytest.mark.parametrize("key", SOMEBODY)
def test_keys_of_tags_that_name_somebody(key: str) -> None:
    assert names_person(key)


@pytest.mark.parametrize("key", NOBODY)
def test_keys_of_tags_that_name_nobody(key: str) -> None:
    assert not names_person(key)


def test_keys_of_tags_that_hold_what_was_asked() -> None:
    assert holds_prompt("system_prompt") and holds_prompt("gen_ai.input.messages") and holds_prompt("inputText")
    assert not holds_prompt("prompt_version") and not holds_prompt("messages_per_day") and not holds_prompt("feature")


def test_somebody_hashed_is_not_hashed_again() -> None:
    once = as_person("Jane Doe", hashed)
    assert once == as_person(" jane doe", hashed) == as_person(once, hashed) == f"principal:{hashed('jane doe')}"


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("1.500", "'1.500'"),
        ("13/10/2026", "'13/10/2026'"),
        ("Oct 26", "'Oct 26'"),
        ("1.234,50 EUR", "'1.234,50 EUR'"),
        ("XXX", "'XXX'"),
        ("Jane", "a text of 4 characters"),
        ("12 for Jane Doe", "a text of 15 characters"),
        ("4111 1111 1111 1111", "a text of 19 characters"),
        ("", "an empty text"),
    ],
)
def test_of_a_cell_only_figures_are_shown(cell: str, said: str) -> None:
    assert shown(cell) == said
