"""What a secret looks like: keys of many makers, tokens, passwords in texts and addresses, private keys.

Pure. A maker's key is known by its beginning; a key without one, by forty characters or more that no word, path,
number or hexadecimal digest has. Whoever shortens this list lets keys into the ledger.
Source of the beginnings: the makers' own pages and the public rules of secret scanners.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from itertools import pairwise

_WORDED = (  # their beginning could begin a name too, so what follows must have a digit, and capitals or length
    r"(?:sk|pk|rk|csk|ak)[-_]",  # OpenAI, Anthropic, OpenRouter, DeepSeek, LiteLLM, Stripe, Langfuse, ElevenLabs
    r"(?:hf|gsk|r8|fw|e2b|jina|vck|npm|ntn|secret|tgp_v1|lin_api|whsec|apify_api|api_org)_",
    r"(?:xai|pplx|tvly|nvapi|pa|dp\.pt|xapp|sgp|rpa)[-_.]",
    r"(?:lsv2_(?:pt|sk)|pcsk|sbp|sbs|pscale_(?:tkn|pw|oauth)|figd|glc|glsa|sntry[su]|dckr_(?:pat|oat)|do[opr]_v1)_",
    r"(?:PMAK|NRAK|NRJS|NRII|sq0[a-z]{3}|shp(?:at|ca|pa|ss)|EAAA|hvs|hvb|hvr|glrt|gldt|glcbt|glptt|glft|bkua)[-_.]",
    r"(?:pypi|bedrock-api-key|cohere|dop|key)-(?=[A-Za-z0-9_]{28})",
)
_CERTAIN = (  # nothing else begins like this
    r"sk-(?:ant|proj|svcacct|admin|or-v1|lf|helicone)-[A-Za-z0-9_-]{8,}",
    r"gh[pousr]_[A-Za-z0-9]{12,}",
    r"github_pat_[A-Za-z0-9_]{12,}",
    r"glpat-[A-Za-z0-9_.-]{12,}",
    r"xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{8,}",
    r"AIza[A-Za-z0-9_-]{12,}",
    r"ya29\.[A-Za-z0-9_-]{16,}",
    r"GOCSPX-[A-Za-z0-9_-]{12,}",
    r"1//0[A-Za-z0-9_-]{24,}",
    r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}",
    r"ABSK[A-Za-z0-9+/]{24,}={0,2}",
    r"dapi[0-9a-f]{32}(?:-\d)?",
    r"SK[0-9a-f]{32}",
    r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",
    r"AGE-SECRET-KEY-1[A-Z0-9]{20,}",
    r"\d{8,10}:AA[A-Za-z0-9_-]{32,}",  # Telegram
    r"[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{31,}",  # Microsoft Entra
    r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{40,}",
    r"eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*){0,3}",  # JWT
)
_START = r"(?<![A-Za-z0-9])"
CERTAIN = re.compile(_START + r"(?:" + "|".join(_CERTAIN) + r")")
WORDED = re.compile(_START + r"(?:" + "|".join(_WORDED) + r")[A-Za-z0-9_-]{12,}")
PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|$)",
    re.DOTALL,
)
IN_ADDRESS = re.compile(r"(?<=://)[^\s/@:]*:[^\s/]+(?=@)")  # user:password of a connection string
WEBHOOK = re.compile(r"(?<=hooks\.slack\.com/services/)[A-Za-z0-9/]{12,}|(?<=/webhooks/)\d{6,}/[A-Za-z0-9_-]{30,}")
SCHEME = re.compile(r"(?<![A-Za-z])(bearer|basic|token)\s+([A-Za-z0-9._~+/-]{8,}={0,2})", re.IGNORECASE)
NAMED = re.compile(
    r"((?:pass(?:word|wd|phrase|code)|passwort|pwd|kennwort|mot de passe|secret|credential|"
    r"(?:api|access|account|shared|private|subscription|master|service|secret|auth|signing|encryption)[ _-]?"
    r"(?:access[ _-]?)?key|"
    r"(?:access|auth|refresh|id|session|bearer|security)[ _-]?token|token|sig(?:nature)?|"
    r"client[ _-]?secret)(?:[ _-]?(?:id|value))?[\"']?\s*(?:=>|[:=])\s*[\"']?)"
    r"([^\s\"',;&<>()\[\]{}]{4,})",
    re.IGNORECASE,
)
_LONG = re.compile(r"(?<![A-Za-z0-9+/_])[A-Za-z0-9+/_]{40,}={0,2}(?![A-Za-z0-9+/_])")
_PASSWORD = re.compile(r"pass|pwd|kennwort", re.IGNORECASE)
_MASKED = ("[key]", "[email]", "[number]", "key-", "principal:", "number-", "…", "***", "xxx")
_RANDOM = 0.35  # share of neighbours of different classes (a-z, A-Z, 0-9); at random 0.6, in words and paths 0.1

SUSPECT = (
    r"(?:^|[^A-Za-z0-9])(?:(?:sk|pk|rk|csk|ak)[-_]|gh[pousr]_|github_pat_|glpat-|xox|AIza|ya29\.|GOCSPX|1//0|"
    r"AKIA|ASIA|ABIA|ACCA|ABSK|dapi|SK[0-9a-f]|SG\.|AGE-|eyJ|"
    r"(?:hf|gsk|r8|fw|e2b|jina|vck|npm|ntn|secret|tgp_v1|lin_api|whsec|apify_api|api_org)_|"
    r"(?:xai|pplx|tvly|nvapi|pa|dp\.pt|xapp|sgp|rpa)[-_.]|"
    r"(?:lsv2_|pcsk|sbp|sbs|pscale|figd|glc|glsa|sntry|dckr_|do[opr]_v1)|"
    r"(?:PMAK|NRAK|NRJS|NRII|sq0|shp[a-z]{2}|EAAA|hvs|hvb|hvr|glrt|gldt|glcbt|glptt|glft|bkua)[-_.]|"
    r"(?:pypi|bedrock-api-key|cohere|dop|key)-[A-Za-z0-9_]{28})"
    r"|[0-9]Q~|[0-9]{8,10}:AA|\.atlasv1\.|PRIVATE KEY|://[^/@]*:[^@]*@|/services/|/webhooks/"
    r"|(?i:bearer|basic\s|pass|pwd|kennwort|secret|credential|key[\"']?\s*[:=]|token|sig(?:nature)?[\"']?\s*[:=])"
)
"""A pattern (RE2) that every text with a secret in it matches, and few others: what matches is looked at closely."""
SUSPECT_LONG = (r"[A-Za-z0-9+/_]{40}", r"[A-Z]")
"""Or both of these: a long word, which has capitals too."""


def replace_secrets(text: str, say: Callable[[str], str]) -> str:
    """The text with each secret replaced by what `say` makes of it; what stands around it (a host, a name) stays."""

    def whole(match: re.Match[str]) -> str:
        return say(match[0])

    if "PRIVATE KEY" in text:
        text = PRIVATE_KEY.sub(whole, text)
    if "://" in text:
        text = WEBHOOK.sub(whole, IN_ADDRESS.sub(whole, text))
    text = CERTAIN.sub(whole, text)
    text = WORDED.sub(lambda match: say(match[0]) if _is_key(match[0]) else match[0], text)
    text = SCHEME.sub(lambda m: f"{m[1]} {say(m[2])}" if _is_credential(m[1], m[2]) else m[0], text)
    if ":" in text or "=" in text:
        text = NAMED.sub(lambda m: m[1] + say(m[2]) if _is_value(m[1], m[2]) else m[0], text)
    if len(text) >= 40:
        text = _LONG.sub(lambda match: say(match[0]) if _is_random(match[0]) else match[0], text)
    return text


def _is_key(token: str) -> bool:
    """A key and not a name: sk-learn-service-prod is none."""
    if token.startswith(_MASKED) and len(token) <= len("key-") + 24:
        return False
    body = re.split(r"[-_.]", token, maxsplit=1)[1]
    parts = re.split(r"[-_.]", body)
    longest = max(parts, key=len)
    digits = sum(character.isdigit() for character in longest)
    return (
        len(longest) >= 10
        and digits >= 2
        and longest.isascii()
        and (len(longest) >= 16 or longest.lower() != longest or digits >= 4)
    )


def _is_credential(scheme: str, value: str) -> bool:
    if value.startswith(_MASKED):
        return False
    if scheme.lower() == "basic":
        try:
            return ":" in base64.b64decode(value + "=" * (-len(value) % 4), validate=True).decode("ascii")
        except (binascii.Error, ValueError):
            return False
    return any(c.isdigit() for c in value) and any(c.isalpha() for c in value) and len(value) >= 8


def _is_value(name: str, value: str) -> bool:
    if value.startswith(_MASKED):
        return False
    if _PASSWORD.search(name):
        return True
    kinds = sum(any(test(c) for c in value) for test in (str.isdigit, str.isalpha))
    return len(value) >= 8 and kinds == 2


def _is_random(token: str) -> bool:
    token = token.rstrip("=")
    kinds = ["d" if c.isdigit() else "u" if c.isupper() else "l" if c.islower() else "s" for c in token]
    if not {"d", "u", "l"} <= set(kinds):
        return False
    changes = sum(one != other for one, other in pairwise(kinds))
    joined = token.count("_")  # stands between two kinds, and joins the words of a file's name
    return changes - 2 * joined >= _RANDOM * (len(token) - 2 * joined)


__all__ = ["SUSPECT", "SUSPECT_LONG", "replace_secrets"]
