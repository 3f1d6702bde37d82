"""The tables of states and transitions: every state that the register knows has its row, and every step is judged."""

import re
from pathlib import Path
from typing import get_args

import pytest
from sqlalchemy import CheckConstraint, Table

from registry.anomalies.models import anomalies
from registry.fhir.check_resource import TASK_INTENTS, TASK_STATUSES
from registry.fhir_api.work.tasks.codes import CODES, LEFT_OUT, MATTERS_LEFT_OUT, Party, code_of
from registry.fhir_api.work.tasks.draw_states import redrawn
from registry.fhir_api.work.tasks.inputs import INPUTS
from registry.fhir_api.work.tasks.states import STATES, places_of
from registry.fhir_api.work.tasks.transitions import (
    ELSEWHERE,
    TRANSITIONS,
    NeedsReason,
    NoStep,
    NotOwner,
    Transition,
    judge,
)
from registry.transactions.kinds_of_matter import KINDS
from registry.transactions.models import pending_deductions, transactions
from registry.transactions.rules.reasons import Referral

MACHINES = {kind.machine.kind: kind.machine for kind in KINDS}
HELD = {code: each for code, each in CODES.items() if each.source is not None}


def words_of(table: Table, constraint: str) -> set[str]:
    """The words that a check constraint allows."""
    [found] = [
        str(each.sqltext)
        for each in table.constraints
        if isinstance(each, CheckConstraint) and str(each.name).endswith(constraint)
    ]
    return set(re.findall(r"'([a-z0-9-]+)'", found))


def test_every_kind_of_transaction_is_work_or_left_out_for_a_reason():
    assert {*code_of("transactions"), *LEFT_OUT} == words_of(transactions, "kind_known")
    assert not {*code_of("transactions")} & {*LEFT_OUT}


def test_every_kind_of_matter_is_work_or_left_out_for_a_reason():
    assert {*code_of("matters"), *MATTERS_LEFT_OUT} == {*MACHINES}
    assert not {*code_of("matters")} & {*MATTERS_LEFT_OUT}


def test_every_state_of_every_kind_of_work_has_its_row():
    known = words_of(transactions, "state_known")
    waits = words_of(pending_deductions, "waits_for_known")
    for code, each in HELD.items():
        if each.source == "transactions":
            pending = {f"pending/{word}" for word in {*waits, "day", "held"}}
            wanted = (known - {"pending"}) | pending | {f"in-queue/{Referral.POSSIBLE_MATCH.label}", "taken-back"}
            assert {*STATES[code]} == wanted, code
        elif each.source == "matters":
            [kind] = each.kinds
            stages = {stage.name for stage in MACHINES[kind].stages}
            assert {*STATES[code]} == stages | ({"open/received"} if kind == "fp69" else set()), code
        elif each.source == "cases":
            assert {*STATES[code]} == words_of(anomalies, "state_known"), code


def test_statuses_and_intents_are_fhirs():
    assert {state.status for states in STATES.values() for state in states.values()} <= TASK_STATUSES
    assert {each.intent for each in CODES.values()} <= TASK_INTENTS
    assert {*STATES} == {*HELD} == {*ELSEWHERE}


def test_a_state_is_at_its_end_where_its_machine_is():
    ends = {"completed", "cancelled", "rejected", "entered-in-error", "failed"}
    for code, each in HELD.items():
        if each.source == "matters":
            for stage in MACHINES[each.kinds[0]].stages:
                assert (STATES[code][stage.name].status in ends) == stage.is_end, (code, stage.name)


def test_what_a_practice_may_place_has_inputs_and_nothing_else_has():
    assert {*INPUTS} == {code for code, each in CODES.items() if each.placed}


def test_kinds_that_are_to_come_have_no_source_and_no_state():
    coming = {code for code, each in CODES.items() if each.source is None}
    assert coming == {"record-movement", "subject-access"} and not coming & {*STATES}
    assert places_of(coming) == []


@pytest.mark.parametrize("who", get_args(Party))
@pytest.mark.parametrize("reason", [None, "address-confirmed", "gone-away", "banana"])
def test_every_step_of_everybody_is_judged(who: Party, reason: str | None):
    """From every state to every status, whoever asks: the owner's steps of the table, and no other."""
    for code, states in STATES.items():
        for state, told in states.items():
            for status in TASK_STATUSES:
                judged = judge(code, state, status, who, reason)
                rows = [
                    row
                    for row in TRANSITIONS
                    if (row.code, row.before, row.after, row.who) == (code, state, status, who)
                ]
                place = (code, state, status, who)
                if told.owner != who:
                    assert isinstance(judged, NotOwner) and not rows, place
                elif not rows:
                    assert isinstance(judged, NoStep) and ELSEWHERE[code] in judged.sentence, place
                elif any(row.guard in (None, reason) for row in rows):
                    assert isinstance(judged, Transition) and judged in rows, place
                else:
                    assert isinstance(judged, NeedsReason) and len(judged.codes) == len(rows), place


def test_the_table_names_states_that_there_are_and_their_owners():
    for row in TRANSITIONS:
        assert STATES[row.code][row.before].owner == row.who
        assert row.after in TASK_STATUSES


def test_the_published_tables_are_current():
    document = (Path(__file__).resolve().parents[3] / "docs" / "fhir-work.md").read_text()
    assert document == redrawn(document), "run `python -m registry.fhir_api.work.tasks.draw_states docs/fhir-work.md`"
