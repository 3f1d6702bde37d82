"""Every answer that people read is in docs/states.md: its label, its code, its words, in the order of precedence."""

import re
from pathlib import Path
from typing import get_args

import pytest

from registry.links.cases import LinkCase
from registry.transactions.outcome import State
from registry.transactions.rules.reasons import RULED_BY_CODE, Referral, Refusal, RequestRefusal

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "states.md").read_text()


def section(title: str) -> str:
    """The text below a heading, until the next one of its rank."""
    return DOCUMENT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def labels(text: str) -> list[str]:
    """The first cells of a section's tables, in order."""
    return re.findall(r"^\| `([a-z-]+)` \|", text, re.MULTILINE)


@pytest.mark.parametrize("refusal", Refusal, ids=lambda refusal: refusal.label)
def test_every_refusal_has_its_code_and_its_words(refusal: Refusal):
    line = f"| `{refusal.label}` | {refusal.value.code} | {refusal.value.words} |"
    assert line in section("Refusals of an acceptance (F3)"), f"docs/states.md has no line {line}"


def test_refusals_stand_in_the_order_in_which_they_are_tested():
    assert labels(section("Refusals of an acceptance (F3)")) == [refusal.label for refusal in Refusal]


@pytest.mark.parametrize("refusal", Refusal, ids=lambda refusal: refusal.label)
def test_a_rejection_text_is_short_enough_for_the_link(refusal: Refusal):
    assert len(refusal.text) <= 60


def test_the_codes_of_a_clerk_are_told():
    assert set(RULED_BY_CODE) == {*range(1, 11), 12, 13}, "docs/states.md says which codes a clerk may reject with"


@pytest.mark.parametrize("referral", Referral, ids=lambda referral: referral.label)
def test_every_referral_has_its_sentence(referral: Referral):
    assert f"\n| `{referral.label}` | {referral.value} | " in section("Referrals")


@pytest.mark.parametrize("refusal", RequestRefusal, ids=lambda refusal: refusal.label)
def test_every_rejection_of_a_deduction_request_has_its_text(refusal: RequestRefusal):
    assert f"\n| `{refusal.label}` | {refusal.value} |" in section("Rejections of a deduction request (F11)")


@pytest.mark.parametrize("case", LinkCase, ids=lambda case: case.label)
def test_every_case_of_the_exchange_has_its_sentence(case: LinkCase):
    assert f"\n| `{case.label}` | {case.value} |" in section("Cases without a decision behind them")


def test_nothing_is_documented_that_is_gone():
    assert set(labels(section("Referrals"))) == {referral.label for referral in Referral}
    assert set(labels(section("Rejections of a deduction request (F11)"))) == {each.label for each in RequestRefusal}


@pytest.mark.parametrize("state", get_args(State))
def test_every_state_of_a_transaction_is_explained(state: str):
    assert f"\n| `{state}` | " in section("Transactions")
