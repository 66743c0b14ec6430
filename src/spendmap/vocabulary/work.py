"""Kinds of human work on AI: the one list that logs are read by and the shipped rules place.

Pure. A kind's first name is what the ledger keeps; the others are how timesheets and trackers write it. What is in
no list is still work: it keeps its own name and is asked about.
"""

from __future__ import annotations

import re

from spendmap.vocabulary.masking import masked

WORK_KINDS: dict[str, dict[str, tuple[str, ...]]] = {
    "data_preparation": {
        "annotate": ("annotation", "annotating", "label", "labeling", "labelling", "tagging", "data labeling"),
        "redact": ("redaction", "redacting", "anonymisation", "anonymization", "anonymising", "anonymizing"),
        "curate": ("curation", "curating", "data curation", "data preparation", "data prep"),
        "clean": ("cleaning", "data cleaning", "cleansing", "data cleansing", "deduplication"),
        "chunk": ("chunking", "document chunking", "splitting documents"),
        "gold_set": ("gold set", "golden set", "gold set curation", "building gold sets"),
    },
    "evaluation": {
        "judge_eval": ("judging", "eval judging", "grading", "rating", "human evaluation", "side by side"),
        "evaluate": ("evaluation", "evaluating", "eval", "evals", "model evaluation"),
        "write_eval": ("writing evals", "eval writing", "write evals", "writing evaluations", "eval engineering"),
        "red_team": ("red teaming", "red team", "adversarial testing", "jailbreak testing"),
    },
    "human_review": {
        "review": ("reviewing", "human review", "qa review", "output review", "moderation", "checking"),
        "approve": ("approval", "approving", "sign off"),
        "correct": ("correction", "correcting", "post editing", "editing answers"),
        "support": ("supporting", "support ticket", "customer support", "helpdesk", "ticket"),
        "escalate": ("escalation", "escalating", "escalated", "exception"),
        "dispute": ("disputes", "disputing", "disputed"),
        "educate": ("education", "educating", "customer education", "training", "enablement", "onboarding"),
        "debug_prompt": (
            "debugging prompts",
            "prompt debugging",
            "debug prompts",
            "prompt engineering",
            "prompt tuning",
            "prompting",
        ),
    },
}
"""Category -> kind -> how else it is written. Source: the kinds of work of "The AI Spend Map", by category."""

LONGEST_KIND = 48  # characters; what is longer describes the work and does not name its kind


def _plain(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


_KIND_OF: dict[str, str] = {
    _plain(name): kind for kinds in WORK_KINDS.values() for kind, others in kinds.items() for name in (kind, *others)
}


def known_kinds() -> tuple[str, ...]:
    """Every kind with a category, in the order of the list."""
    return tuple(kind for kinds in WORK_KINDS.values() for kind in kinds)


def kind_of_work(written: str) -> str | None:
    """The kind a log names: a known one in any spelling, else its own words joined by "_"; None where it names none.

    Text that is too long to be a name, or that holds an address, a number of a person or a secret, is a description and
    never enters the ledger.
    """
    known = _KIND_OF.get(_plain(written))
    if known is not None:
        return known
    if len(written.strip()) > LONGEST_KIND or masked(written) != written:
        return None
    return "_".join(re.findall(r"\w+", written.casefold().replace("_", " "))) or None
