"""Texts without secrets and without what tells who somebody is: masked where it is words, hashed where it identifies.

Pure. `masked` is for words (a memo, a reason, a message): what is found reads [key], [email] or [number].
`pseudonymised` is for identifiers and labels: what is found becomes a keyed hash, so that two that were equal stay so.
Both give the same again when they are applied twice.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from functools import lru_cache

from spendmap.vocabulary import personal_texts as personal
from spendmap.vocabulary import secret_texts as secrets

Hashed = Callable[[str], str | None]
"""A keyed hash of a text: `capture.connector.ReadContext.hash_principal`."""
PERSON = "principal:"
_PRINCIPAL = re.compile(r"principal:[0-9a-f]{24}")

SUSPECT_ID = f"{secrets.SUSPECT}|{personal.SUSPECT}"
SUSPECT_WORDS = f"{secrets.SUSPECT}|{personal.SUSPECT_WORDS}"
SUSPECT_LONG = secrets.SUSPECT_LONG
"""Patterns (RE2): what matches none of them holds nothing that is looked for, as an identifier and as words. Of the
last two both must match."""


_PLAIN = re.compile(r"[^\W\d_]{0,15}(?:[ ,.;'()&]{1,3}[^\W\d_]{1,15})*[.!?)]{0,2}")
"""Words and nothing else: most texts that people write, known in a fraction of the time."""


def without_secrets(text: str) -> str:
    """The text with its secrets replaced by [key]; names and addresses stay."""
    return text if _PLAIN.fullmatch(text) else secrets.replace_secrets(text, lambda _: "[key]")


def masked(text: str, *, is_words: bool = True) -> str:
    """The text with what is secret or personal in it replaced by [key], [email] and [number].

    Args:
        is_words: also take telephone and bank numbers as they are written inside a country.
    """
    if _PLAIN.fullmatch(text):
        return text
    text = secrets.replace_secrets(text, lambda _: "[key]")
    text = personal.replace_emails(text, lambda _: "[email]")
    return personal.replace_numbers(text, lambda _: "[number]", is_words=is_words)


@lru_cache(maxsize=4_096)
def lowered(word: str) -> str:
    """A word of a source that is kept in lower case, masked before: in lower case a key is no longer known as one."""
    return masked(word.strip()).lower()


def pseudonymised(text: str, hashed: Hashed, *, is_label: bool = False) -> str:
    """An identifier with what is secret or personal in it replaced by `key-`, `principal:` or `number-` and its hash.

    Args:
        is_label: the text is a name of something rather than an id: telephone numbers as in words.
    """
    text = secrets.replace_secrets(text, lambda found: f"key-{hashed(found)}")
    text = personal.replace_emails(text, lambda found: f"{PERSON}{hashed(found)}")
    return personal.replace_numbers(text, lambda found: f"number-{hashed(found)}", is_words=is_label)


def as_person(text: str, hashed: Hashed) -> str:
    """The keyed hash that stands for somebody; one that is a hash already stays."""
    return text if _PRINCIPAL.fullmatch(text) else f"{PERSON}{hashed(text)}"


_NAMES = frozenset(
    word
    for line in (
        "owner owners user users username userid login creator createdby requester requestedby requestor",
        "author authors assignee assignees assignedto email emails mail contact contacts reporter approver",
        "approvedby employee person principal actor operator submitter submittedby maintainer maintainers",
        "supervisor sponsor poc oncall modifiedby updatedby launchedby startedby ownedby managedby deployedby",
        "usermail useremail owneremail ownername fullname firstname lastname surname nickname developer",
        "engineer analyst colleague caller recipient sender customeremail manager lead responsible",
        "accountable",
    )
    for word in line.split()
)
_PARTS = frozenset(
    word
    for line in ("id ids name names email emails mail mails login alias address arn contact display upn",)
    for word in line.split()
)
_OF_A_NAME = frozenset(
    word for line in ("first last full given family middle maiden real display user employee",) for word in line.split()
)
_NO_PERSON = frozenset(
    word
    for line in ("package task session process file device release secret state tag cost lock resource",)
    for word in line.split()
)
_PROMPTS = frozenset(
    word
    for line in ("prompt prompts messages completion completions transcript transcripts conversation",)
    for word in line.split()
)
_WORD = re.compile(r"[a-z0-9]+")


@lru_cache(maxsize=4_096)
def names_person(key: str) -> bool:
    """Whether a tag of this key says who somebody is: `owner`, `aws:createdBy`, `user:Owner`, `contact_email`.

    The prefix of a cloud or a label's domain says nothing: `user:CostCenter` is a tag that a user made.
    """
    words = _words(key)
    if len(words) > 1 and words[-1] == "name" and words[-2] in _OF_A_NAME:
        return True
    while len(words) > 1 and words[-1] in _PARTS and words[-1] not in _NAMES:
        words = words[:-1]
    if not words:
        return False
    before = words[-2] if len(words) > 1 else ""
    if words[-1] in _NAMES:
        return before not in _NO_PERSON
    return (words[-1] == "by" and before != "") or words[-2:] == ["assigned", "to"] or "".join(words) in _NAMES


@lru_cache(maxsize=4_096)
def holds_prompt(key: str) -> bool:
    """Whether a tag of this key usually holds what somebody asked a model, or what it answered."""
    words = _words(key)
    return bool(words) and (words[-1] in _PROMPTS or (len(words) > 1 and words[-1] == "text" and words[-2] in _IN_OUT))


_IN_OUT = frozenset({"input", "output", "prompt", "question", "answer", "response", "user", "system"})


def _words(key: str) -> list[str]:
    name = re.split(r"[:/]", key)[-1] or key
    return _WORD.findall(re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name).lower())


def shown(text: str, limit: int = 40) -> str:
    """How a cell may be named in a message: a figure, a day or a code as it is, other texts by their length only."""
    text = text.strip()
    is_figure = _FIGURE.fullmatch(text[:limit]) and any(character.isdigit() for character in text[:limit])
    if (is_figure or _CODE.fullmatch(text)) and masked(text) == text:
        return repr(text[:limit])
    return f"a text of {len(text)} characters" if text else "an empty text"


_CODE = re.compile(r"[A-Z]{3}")  # of a currency
_FIGURE = re.compile(r"[^\W\d_]{0,4}[\d\s.,:;/'’+()%€$£¥TZ–−-]*(?:[^\W\d_]{1,4}\.?)?[\d\s.,:;/'’+()%€$£¥TZ–−-]*")


class MaskingFilter(logging.Filter):
    """Masks what a log line says, whoever wrote it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every line, its words masked."""
        said = record.getMessage()
        if (safe := masked(said, is_words=False)) != said:
            record.msg, record.args = safe, ()
        if record.exc_info and not record.exc_text:
            record.exc_text = masked(logging.Formatter().formatException(record.exc_info), is_words=False)
        return True


__all__ = [
    "PERSON",
    "SUSPECT_ID",
    "SUSPECT_LONG",
    "SUSPECT_WORDS",
    "MaskingFilter",
    "as_person",
    "holds_prompt",
    "lowered",
    "masked",
    "names_person",
    "pseudonymised",
    "shown",
    "without_secrets",
]
