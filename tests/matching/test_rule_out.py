"""What people judged of two records, and when it may decide which of them is meant."""

from dataclasses import replace
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from registry.matching.compare import Comparison
from registry.matching.decide import LEAD_FROM, MatchDecision, Outcome, ScoredCandidate, conclude, decide
from registry.matching.explain import sentence_of, stored_decision
from registry.matching.guards import Guard
from registry.matching.incoming import incoming_from
from registry.matching.judgements.judgement import pair_of
from registry.matching.judgements.rule_out import with_judgements, worth_asking
from registry.matching.levels import DateOfBirth, Forename, Number, Place, Surname
from registry.matching.replay import replay
from registry.matching.weigh import Weighing
from tests.matching.people import OTHER_TOWN, candidate, person

A, B, C = (UUID(int=each) for each in (1, 2, 3))
APART = {pair_of(A, B)}
FITS = Comparison(forename=Forename.EQUAL, surname=Surname.EQUAL, date_of_birth=DateOfBirth.EQUAL)
TWIN = replace(FITS, forename=Forename.DIFFERENT)


def scored(who: UUID, score: float, comparison: Comparison = FITS, guard: Guard | None = None) -> ScoredCandidate:
    return ScoredCandidate(who, comparison, Weighing(score, 0.0, (0.0,) * 7, 0.0), guard)


def near(*candidates: ScoredCandidate) -> MatchDecision:
    """A decision that stopped because the runner-up is near."""
    decision = conclude(candidates)
    assert decision.guard is Guard.LEAD
    return decision


def test_a_judgement_alone_does_not_say_who_is_meant():
    decision = near(scored(A, 20), scored(B, 19))
    assert with_judgements(decision, APART) is decision


def test_a_runner_up_whom_the_description_contradicts_and_who_is_another_does_not_stop_it():
    decision = near(scored(A, 20), scored(B, 19, TWIN))
    assert with_judgements(decision, ()) is decision
    certain = with_judgements(decision, APART)
    assert (certain.outcome, certain.guard, certain.lead) == (Outcome.CERTAIN, None, None)
    assert certain.best is decision.best and certain.scored == decision.scored
    assert certain.ruled_out == (B,)


def test_such_a_decision_is_stored_and_replayed():
    """The stored decision says who was ruled out: else it could not be made again."""
    anna = candidate("ANNA", at=OTHER_TOWN, middle="MAUD", name="anna")
    alma = candidate("ALMA", middle="MAUD", name="alma")
    decision = decide(incoming_from(person("ANNA", middle="MAUD")), [anna, alma])
    assert decision.guard is Guard.LEAD
    certain = with_judgements(decision, {pair_of(anna.patient_id, alma.patient_id)})
    stored = stored_decision(certain)
    assert [each.get("ruled_out", False) for each in stored["candidates"]] == [False, True]
    again = replay(stored)
    assert again.is_same and again.decision is not None and again.decision.outcome is Outcome.CERTAIN
    assert "judged" in sentence_of(certain)


def test_a_parent_is_told_from_a_junior_by_the_birthday():
    parent = replace(FITS, date_of_birth=DateOfBirth.GENERATION)
    assert with_judgements(near(scored(A, 20), scored(B, 18, parent)), APART).outcome is Outcome.CERTAIN


def test_a_contradiction_must_stand_against_what_is_exactly_the_best_ones():
    close = replace(FITS, forename=Forename.SIMILAR)
    decision = near(scored(A, 20, close), scored(B, 19, TWIN))
    assert with_judgements(decision, APART) is decision
    slip = near(scored(A, 20), scored(B, 19, replace(FITS, date_of_birth=DateOfBirth.ONE_SLIP)))
    assert with_judgements(slip, APART) is slip


def test_the_lead_is_measured_to_whoever_comes_next():
    far = with_judgements(near(scored(A, 20), scored(B, 19, TWIN), scored(C, 10)), APART)
    assert (far.outcome, far.lead) == (Outcome.CERTAIN, 10.0)
    close = near(scored(A, 20), scored(B, 19, TWIN), scored(C, 18))
    assert with_judgements(close, APART) is close


def test_nobody_is_asked_about_unless_the_lead_stopped_it():
    assert worth_asking(conclude((scored(A, 20), scored(B, 5)))) == ()
    assert worth_asking(near(scored(A, 20), scored(B, 19))) == [A, B]


COMPARISONS = st.builds(
    Comparison,
    forename=st.none() | st.sampled_from(Forename),
    surname=st.none() | st.sampled_from(Surname),
    date_of_birth=st.none() | st.sampled_from(DateOfBirth),
    place=st.none() | st.sampled_from(Place),
    number=st.none() | st.sampled_from(Number),
)
CANDIDATES = st.lists(
    st.tuples(st.floats(-20, 40), COMPARISONS, st.none() | st.sampled_from(Guard)), min_size=1, max_size=5
)


@given(CANDIDATES, st.sets(st.tuples(st.integers(1, 5), st.integers(1, 5)), max_size=10))
def test_judgements_only_ever_remove_a_doubt(drawn: list[tuple[float, Comparison, Guard | None]], pairs: set):
    """Whatever was judged: the best stays, no other guard falls, and what is certain stays certain."""
    people = [scored(UUID(int=at + 1), *each) for at, each in enumerate(drawn)]
    decision = conclude(tuple(sorted(people, key=lambda one: (-one.score, one.patient_id.int))))
    apart = {pair_of(UUID(int=one), UUID(int=other)) for one, other in pairs}
    now = with_judgements(decision, apart)
    assert now.best is decision.best and now.scored == decision.scored
    if now is decision:
        return
    assert decision.guard is Guard.LEAD and now.outcome is Outcome.CERTAIN
    assert now.lead is None or now.lead >= LEAD_FROM
    assert now.best is not None
    near_by = [each for each in now.scored[1:] if now.best.score - each.score < LEAD_FROM]
    # Everybody who was near is known to be another than the best, and is not who was described.
    assert all(pair_of(now.best.patient_id, each.patient_id) in apart for each in near_by)
