"""Rule files: what they may say, in which order they count, and how a mistake is named."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from rule_support import decide

from spendmap.allocation.rules import load_rules, read_rules, shipped_rules
from spendmap.categories import CHARGEABLE
from spendmap.vocabulary.errors import RuleError

GOOD = "rules:\n  - id: r\n    on: charge\n    when: {service_name: x}\n    then: {scope: ai, category: agents}\n"


def _file(folder: Path, text: str) -> Path:
    file = folder / "rules.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_company_rules_come_first_and_order_decides_within_each(tmp_path: Path) -> None:
    text = (
        "rules:\n"
        "  - {id: late, on: charge, order: 20, when: {service_name: b}, then: {scope: not_ai}}\n"
        "  - {id: early, on: charge, order: 10, when: {service_name: [a, b]}, then: {scope: not_ai}}\n"
    )
    rules = load_rules(_file(tmp_path, text))
    assert [rule.id for rule in rules[:2]] == ["early", "late"]
    assert not rules[0].is_shipped
    assert all(rule.is_shipped for rule in rules[2:])
    assert decide(rules, "charge", [{"service_name": "B"}, {"service_name": "a"}]) == ["early", "early"]


def test_a_company_rule_takes_the_place_of_a_shipped_one_with_its_id(tmp_path: Path) -> None:
    text = "rules:\n  - {id: aws-bedrock, on: charge, when: {service_name: nothing}, then: {scope: not_ai}}\n"
    rules = load_rules(_file(tmp_path, text))
    assert [rule.is_shipped for rule in rules if rule.id == "aws-bedrock"] == [False]
    assert decide(rules, "charge", [{"service_name": "Amazon Bedrock"}]) == [None]


def test_a_last_rule_speaks_where_no_other_does(tmp_path: Path) -> None:
    text = (
        "rules:\n"
        "  - {id: microsoft, on: charge, last: true, order: 1, when: {vendor: microsoft}, then: {scope: not_ai}}\n"
        "  - {id: first, on: charge, when: {service_name: b}, then: {scope: not_ai}}\n"
    )
    rules = load_rules(_file(tmp_path, text))
    assert (rules[0].id, rules[-1].id, rules[-1].is_last) == ("first", "microsoft", True)
    rows = [{"vendor": "microsoft", "memo": memo} for memo in ("Windows", "Microsoft 365 Copilot")]
    assert decide(rules, "charge", rows) == ["microsoft", "pay-copilot"]


def test_a_workspace_without_rules_has_the_shipped_ones(tmp_path: Path) -> None:
    assert [rule.id for rule in load_rules(tmp_path)] == [rule.id for rule in shipped_rules()]


def test_every_shipped_rule_says_why_and_from_where() -> None:
    rules = shipped_rules()
    assert len({rule.id for rule in rules}) == len(rules) > 100
    for rule in rules:
        assert rule.why.endswith("."), rule.id
        assert rule.source, rule.id
        assert rule.then.category in CHARGEABLE, rule.id


def test_a_stated_share_stays_exact(tmp_path: Path) -> None:
    text = GOOD.replace("category: agents", 'category: agents, share: "0.30"')
    assert read_rules(_file(tmp_path, text))[0].then.share == Decimal("0.30")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            GOOD.replace("service_name", "servce_name"),
            r":4: rule 'r': a charge has no field 'servce_name'.*'service_name'",
        ),
        (
            GOOD.replace("{service_name: x}", "{service_name: {contain: x}}"),
            r"'contain' is not a comparison.*'contains'",
        ),
        (GOOD.replace("{service_name: x}", "{service_name: null}"), r"service_name needs a value"),
        (GOOD.replace("{service_name: x}", "[]"), r"`when` is a mapping"),
        (GOOD.replace("{service_name: x}", "{service_name: {gt: 3}}"), r"service_name is text; it cannot be gt"),
        (GOOD.replace("{service_name: x}", "{effective_cost: {contains: 3}}"), r"effective_cost is not text"),
        (GOOD.replace("{service_name: x}", "{effective_cost: {gt: much}}"), r"'much' is not a number"),
        (GOOD.replace("{service_name: x}", "{charge_period_start: {ge: soon}}"), r"'soon' is not a day"),
        (GOOD.replace("{service_name: x}", "{any: []}"), r"`any` is a list of mappings"),
        (GOOD.replace("    when: {service_name: x}\n", ""), r"rule 'r' has no `when`"),
        (GOOD.replace("on: charge", "on: charges"), r":3: rule 'r': on 'charges' is not a table.*'charge'"),
        (GOOD.replace("scope: ai", "scope: yes"), r"scope 'yes' is not ai or not_ai"),
        (GOOD.replace("category: agents", "category: agent"), r"'agent' is not a category.*'agents'"),
        (GOOD.replace("category: agents", "category: overlap"), r"'overlap' is not a category"),
        (GOOD.replace("scope: ai", "scope: not_ai"), r"what is not AI has no category"),
        (GOOD.replace(", category: agents", ""), r"what is AI has a category"),
        (GOOD.replace("agents}", "agents, share: 30}"), r"share is a decimal above 0 and at most 1"),
        (GOOD.replace("agents}", "agents, share: 0}"), r"share is a decimal above 0"),
        (GOOD.replace("agents}", "agents, shares: 1}"), r"`then` has 'shares'.*'share'"),
        (GOOD + "    order: first\n", r"order is a whole number"),
        (GOOD + "    because: x\n", r"rule 'r' has 'because', which is not read"),
        (GOOD + "    valid_from: 2026-01-01\n    valid_to: 2026-01-01\n", r"which covers no day"),
        (GOOD + GOOD.removeprefix("rules:\n"), r":6: rule 'r' is there already, in .*rules\.yaml:2"),
        ("rule: []\n", r":1: 'rule' is not read here\. Did you mean 'rules'\?"),
        ("rules: {}\n", r"`rules` is a list"),
        ("rules:\n  - on: charge\n", r":2: this rule has no `id`"),
        (GOOD.replace("{service_name: x}", '{service_name: {regex: "a(?=b)"}}'), r"look-around"),
        (GOOD.replace("{service_name: x}", "{service_name: {regex: '\\bgpu'}}"), r"\\b differs between engines"),
        (GOOD.replace("{service_name: x}", "{service_name: {regex: 'a++'}}"), r"possessive"),
        (GOOD.replace("{service_name: x}", "{service_name: {regex: '[a[b]]'}}"), r"a class inside a class"),
        (GOOD.replace("{service_name: x}", "{service_name: {regex: '(a'}}"), r"not a regular expression"),
        (GOOD.replace("{service_name: x}", "{vendor_kind: {contains: ai}}"), r"vendor_kind is compared as a whole"),
        (GOOD.replace("when:", "last: perhaps\n    when:"), "last is true or false"),
        (
            GOOD.replace("category: agents", 'category: agents, share: "0.5"').replace(
                "when:", "last: true\n    when:"
            ),
            "a share needs a rule that goes first",
        ),
    ],
)
def test_a_mistake_in_a_rule_is_named_with_file_line_and_rule(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(RuleError, match=message) as caught:
        read_rules(_file(tmp_path, text))
    assert "rules.yaml:" in caught.value.message
    assert caught.value.next_step


def test_a_rule_on_a_column_the_rows_lack_is_refused(tmp_path: Path) -> None:
    from spendmap.allocation.rules import compile_first_match

    rules = read_rules(_file(tmp_path, GOOD.replace("service_name", "tags.team")))
    with pytest.raises(RuleError, match=r"rule 'r' asks about 'tags.team', which these rows do not have"):
        compile_first_match(rules, "charge", ["service_name"])
