"""May this person go on this practice's list? The rules of an acceptance (G1).

Refusals are tested first, in the order in which `Refusal` lists them: what a practice can
mend by itself needs no clerk. Then come the referrals, and last the two certainties: somebody
known for certain, or certainly new.

Sources: GP Links field table for acceptances; domain rules, corrections 1 to 5, 11, 13 and 14.
"""

from datetime import date

from registry.matching.compare import Comparison
from registry.matching.decide import NONE_BELOW, MatchDecision, ScoredCandidate
from registry.matching.levels import DateOfBirth, Forename
from registry.transactions.commands import RegisterPatient, Ruling, TraceAnswer
from registry.transactions.facts import Facts, PersonFacts
from registry.transactions.outside import COMES_FROM
from registry.transactions.rules.crown_return import CROWN_RETURN, returns_to
from registry.transactions.rules.decisions import (
    AcceptanceDecision,
    Approve,
    AskNationalSide,
    Create,
    Refer,
    Refuse,
)
from registry.transactions.rules.out_of_area import asks_for_out_of_area, says_nothing_else
from registry.transactions.rules.reasons import RULED_BY_CODE, Referral, Refusal
from registry.values.nhs_number import NHSNumber, NumberKind, kind_of

ACCEPTANCE_CODES = frozenset("ADRIS")
_PASS_A_CLOSED_LIST = frozenset("DRIS")
_MAY_BE_ALLOTTED_A_NUMBER = frozenset("24")


def decide_acceptance(
    command: RegisterPatient,
    facts: Facts,
    match: MatchDecision,
    today: date,
    trace: TraceAnswer | None = None,
    ruling: Ruling | None = None,
) -> AcceptanceDecision:
    """What to do with an acceptance. `trace` is the national side's answer once there is one,
    `ruling` a person's decision, which outranks the matcher but not the facts."""
    if ruling is not None:
        return _as_ruled(command, facts, match, ruling, trace)
    refusal = first_refusal(command, facts, today)
    if refusal is not None:
        return refusal
    unusable = _not_in_use(command, facts, trace)
    if unusable is not None:
        return unusable
    if command.free_text and not says_nothing_else(command.free_text):
        return Refer(Referral.FREE_TEXT, "freeText")
    return _by_identity(command, facts, match, trace)


def first_refusal(command: RegisterPatient, facts: Facts, today: date) -> Refuse | None:
    """The first refusal that applies, by the documented order, or None."""
    if command.defects:
        return Refuse(Refusal.UNREADABLE_ITEM, command.defects[0].field)
    if command.origin.authority_cipher != facts.practice.authority_cipher:
        return Refuse(Refusal.WRONG_AUTHORITY, "destinationHaCipher")
    if command.acceptance_type == "5":
        return Refuse(Refusal.TYPE_RETIRED, "acceptanceType")
    if command.acceptance_type not in COMES_FROM or command.acceptance_code not in ACCEPTANCE_CODES:
        return Refuse(Refusal.TYPE_UNKNOWN, "acceptanceType")
    return _missing(command) or _impossible(command, today)


def _not_in_use(command: RegisterPatient, facts: Facts, trace: TraceAnswer | None) -> Refuse | Refer | None:
    """A number that nobody may be registered under leads nowhere: not to the matcher, nor to the national side."""
    told = NHSNumber.parse(command.demographics.number or "")
    if told is not None and told.value in facts.not_in_use:
        return Refuse(Refusal.NUMBER_NOT_IN_USE, "nhsNumber")
    return _number_unusable(_number(command, trace), facts)


def _number_unusable(number: str | None, facts: Facts) -> Refer | None:
    """Why nobody may be given a number, where that is not a matter of who they are."""
    if number in facts.not_in_use:
        return Refer(Referral.NUMBER_NOT_IN_USE, "nhsNumber")
    return Refer(Referral.NUMBER_UNTOLD, "nhsNumber") if facts.use_untold else None


def _missing(command: RegisterPatient) -> Refuse | None:
    """Items that an acceptance of this type must bring."""
    person = command.demographics
    kind = command.acceptance_type
    required: tuple[tuple[bool, Refusal, str], ...] = (
        (not person.name.surname, Refusal.NAME_MISSING, "surname"),
        (person.sex is None, Refusal.SEX_MISSING, "gender"),
        (kind == "1" and person.date_of_birth is None, Refusal.BIRTH_DATE_MISSING, "birthDate"),
        (not any(person.address.lines[:2]), Refusal.ADDRESS_MISSING, "address"),
        (kind == "1" and not person.number, Refusal.NUMBER_MISSING, "nhsNumber"),
        (kind != "1" and not (person.number or person.place_of_birth), Refusal.BIRTHPLACE_MISSING, "placeOfBirth"),
        (
            kind == "3" and not any(person.previous_address.lines),
            Refusal.PREVIOUS_ADDRESS_MISSING,
            "previousAddress",
        ),
        (kind == "3" and not command.previous_gp_name, Refusal.PREVIOUS_GP_MISSING, "previousGpName"),
        (kind == "4" and command.entered_uk_on is None, Refusal.ENTRY_DATE_MISSING, "dateOfUkEntry"),
        (command.accepted_on is None, Refusal.ACCEPTANCE_DATE_MISSING, "acceptanceDate"),
    )
    return next((Refuse(refusal, field) for applies, refusal, field in required if applies), None)


def _impossible(command: RegisterPatient, today: date) -> Refuse | None:
    """Items that contradict arithmetic or the calendar."""
    person = command.demographics
    born, accepted = person.date_of_birth, command.accepted_on
    if person.number and kind_of(person.number) is NumberKind.WRONG_CHECK_DIGIT:
        return Refuse(Refusal.NUMBER_WRONG, "nhsNumber")
    if born is not None and born > today:
        return Refuse(Refusal.BIRTH_IN_FUTURE, "birthDate")
    if born is not None and accepted is not None and born > accepted:
        return Refuse(Refusal.BIRTH_AFTER_ACCEPTANCE, "birthDate")
    if accepted is not None and accepted > today:
        return Refuse(Refusal.ACCEPTANCE_IN_FUTURE, "acceptanceDate")
    return None


def _by_identity(
    command: RegisterPatient, facts: Facts, match: MatchDecision, trace: TraceAnswer | None
) -> AcceptanceDecision:
    """Known for certain, certainly new, to be traced, or for a person."""
    number = _number(command, trace)
    person = facts.people.get(match.best.patient_id) if match.outcome == "certain" and match.best else None
    holder = holder_of(number, facts)
    if holder is not None and (person is None or person.id != holder.id):
        return Refer(Referral.NUMBER_HELD_BY_ANOTHER, "nhsNumber")
    if person is None:
        return _not_certain(command, facts, match, number, trace)
    if holder is None and number is not None and person.nhs_number is not None:
        return Refer(Referral.NUMBER_HELD_BY_ANOTHER, "nhsNumber")
    if holder is None and number is not None and (trace is None or trace.outcome not in ("single", "allocated")):
        return AskNationalSide("trace") if trace is None else _after_failed_trace(trace)
    return _known(command, facts, person, adopt=number if holder is None else None)


def _number(command: RegisterPatient, trace: TraceAnswer | None) -> str | None:
    """The valid number that stands for the person: the national side's word before the form's."""
    if trace is not None and trace.number is not None:
        return trace.number
    found = NHSNumber.parse(command.demographics.number or "")
    return found.value if found else None


def holder_of(number: str | None, facts: Facts) -> PersonFacts | None:
    """Who has, or had, a number among the people gathered."""
    if number is None:
        return None
    return next(
        (each for each in facts.people.values() if each.nhs_number == number or number in each.superseded_numbers),
        None,
    )


def _known(command: RegisterPatient, facts: Facts, person: PersonFacts, adopt: str | None = None) -> AcceptanceDecision:
    """Somebody known for certain. One already there moves nowhere; an older acceptance disturbs nobody."""
    if person.is_dead:
        return Refer(Referral.RECORDED_DEAD)
    now, accepted = person.membership, command.accepted_on
    if now is not None and now.practice_id == facts.practice.id:
        if asks_for_out_of_area(command.free_text) and not now.out_of_area:
            return Refer(Referral.ON_LIST_ORDINARILY, "freeText")
        return Approve(person.id, already_there=True, adopt_number=adopt)
    if _is_placed(person):
        return Refer(Referral.PLACED_BY_OFFICE)
    last = now.accepted_on if now is not None else person.last_accepted_on
    # Code D disputes the deduction that ended the last stay, and may bear that stay's date.
    is_disputed = now is None and command.acceptance_code == "D"
    if not is_disputed and last is not None and accepted is not None and accepted <= last:
        return Refer(Referral.OLDER_ACCEPTANCE, "acceptanceDate")
    return _list_closed(command, facts, person) or Approve(person.id, adopt_number=adopt)


def _is_placed(person: PersonFacts) -> bool:
    """Whether the special allocation scheme finds this person's practices (domain rules R4)."""
    return person.matter("special-allocation") is not None


def _concerns_placed(command: RegisterPatient, facts: Facts, match: MatchDecision, trace: TraceAnswer | None) -> bool:
    """Whether the form is of somebody whom the scheme places, on another list: no answer may tell why."""
    person = facts.people.get(match.best.patient_id) if match.outcome == "certain" and match.best else None
    person = person or holder_of(_number(command, trace), facts)
    if person is None or not _is_placed(person):
        return False
    return person.membership is None or person.membership.practice_id != facts.practice.id


def _list_closed(command: RegisterPatient, facts: Facts, person: PersonFacts | None = None) -> Refer | None:
    """A closed list is never an automatic refusal; births and possible family are for a person.

    A Crown servant who returns to the original practice passes it (Regulations Sch 3 para 31D; correction 13).
    """
    if facts.practice.list_is_open or command.acceptance_code in _PASS_A_CLOSED_LIST:
        return None
    if person is not None and returns_to(person.matter(CROWN_RETURN), facts.practice.id, command.accepted_on):
        return None
    return Refer(Referral.CLOSED_LIST)


def _not_certain(
    command: RegisterPatient, facts: Facts, match: MatchDecision, number: str | None, trace: TraceAnswer | None
) -> AcceptanceDecision:
    """Nobody here for certain. Only the national side can make somebody certainly new."""
    closed = _list_closed(command, facts)
    if closed is not None:
        return closed
    may_be_allotted = command.acceptance_type in _MAY_BE_ALLOTTED_A_NUMBER
    if number is None and match.outcome == "possible":
        return Refer(Referral.POSSIBLE_MATCH)
    if trace is None:
        return AskNationalSide("trace") if number or may_be_allotted else Refer(Referral.NOT_FOUND_WITHOUT_NUMBER)
    if trace.outcome != "single":
        given = NHSNumber.parse(command.demographics.number or "")
        if trace.outcome == "none" and given is None and may_be_allotted and match.outcome == "none":
            return AskNationalSide("allocate")
        if trace.outcome == "allocated" and trace.number is not None and match.outcome == "none":
            return Create(trace.number, COMES_FROM[command.acceptance_type])
        return Refer(Referral.POSSIBLE_MATCH) if trace.outcome == "allocated" else _after_failed_trace(trace)
    if NHSNumber.parse(command.demographics.number or "") is None:
        return Refer(Referral.TRACE_FOUND)
    if match.outcome == "possible" and not _is_somebody_else(facts, match):
        return Refer(Referral.POSSIBLE_MATCH)
    return Create(number, COMES_FROM[command.acceptance_type])


def alike(match: MatchDecision) -> list[ScoredCandidate]:
    """The candidates who may be meant, best first; the rest is nobody's idea of this person."""
    return [each for each in match.scored if each.score > NONE_BELOW]


def _is_somebody_else(facts: Facts, match: MatchDecision) -> bool:
    """Whether everybody who looks alike has a number of their own, and another forename or birthday:
    a twin, a parent, a namesake. The same person under two numbers is for a clerk."""
    return all(facts.people[each.patient_id].nhs_number and _differs(each.comparison) for each in alike(match))


def _differs(comparison: Comparison) -> bool:
    return comparison.forename in _OTHER_FORENAME or comparison.date_of_birth in _OTHER_BIRTHDAY


_OTHER_FORENAME = frozenset({Forename.SAME_INITIAL, Forename.DIFFERENT})
_OTHER_BIRTHDAY = frozenset({DateOfBirth.SAME_YEAR, DateOfBirth.GENERATION, DateOfBirth.DIFFERENT})
"""Too far apart for a slip of the pen."""


_AFTER_TRACE = {
    "none": Referral.TRACE_NONE,
    "several": Referral.TRACE_SEVERAL,
    "dead": Referral.RECORDED_DEAD,
    "unanswered": Referral.TRACE_UNANSWERED,
}


def _after_failed_trace(trace: TraceAnswer) -> Refer:
    return Refer(_AFTER_TRACE.get(trace.outcome, Referral.TRACE_UNANSWERED))


def _as_ruled(
    command: RegisterPatient, facts: Facts, match: MatchDecision, ruling: Ruling, trace: TraceAnswer | None
) -> AcceptanceDecision:
    """A person's decision, within what is possible at all."""
    if ruling.action == "reject":
        placed = _concerns_placed(command, facts, match, trace)
        return Refuse(Refusal.CONTACT_OFFICE if placed else RULED_BY_CODE[int(ruling.code or 0)])
    if ruling.action == "accept" and ruling.patient_id is not None:
        return _accepted_as_ruled(command, facts, facts.people[ruling.patient_id], trace)
    return _created_as_ruled(command, facts, match, ruling, trace)


def _accepted_as_ruled(
    command: RegisterPatient, facts: Facts, person: PersonFacts, trace: TraceAnswer | None
) -> AcceptanceDecision:
    """A number for somebody held without one is traced before it becomes theirs."""
    if person.is_dead:
        return Refer(Referral.RECORDED_DEAD)
    number = _number(command, trace)
    may_adopt = person.nhs_number is None and number is not None and holder_of(number, facts) is None
    if may_adopt and (unusable := _number_unusable(number, facts)) is not None:
        return unusable
    if may_adopt and trace is None:
        return AskNationalSide("trace")
    there = person.membership is not None and person.membership.practice_id == facts.practice.id
    if _is_placed(person) and not there and not facts.practice.secure:
        # The scheme allocates or discharges first; a prison takes them as they are.
        return Refer(Referral.PLACED_BY_OFFICE)
    confirmed = may_adopt and trace is not None and trace.outcome == "single"
    return Approve(person.id, already_there=there, adopt_number=number if confirmed else None)


def _created_as_ruled(
    command: RegisterPatient, facts: Facts, match: MatchDecision, ruling: Ruling, trace: TraceAnswer | None
) -> AcceptanceDecision:
    """Nobody is made under a number, or allotted one, before the national side was asked."""
    number = _number(command, trace)
    if holder_of(number, facts) is not None:
        return Refer(Referral.NUMBER_HELD_BY_ANOTHER, "nhsNumber")
    unusable = _number_unusable(number, facts)
    if unusable is not None:
        return unusable
    if any(each.patient_id not in ruling.seen for each in alike(match)):
        return Refer(Referral.POSSIBLE_MATCH)
    may_be_allotted = command.acceptance_type in _MAY_BE_ALLOTTED_A_NUMBER
    if trace is None:
        if number is not None or may_be_allotted:
            return AskNationalSide("trace")
        return Create(None, COMES_FROM[command.acceptance_type])
    if trace.outcome in ("single", "allocated"):
        return Create(number, COMES_FROM[command.acceptance_type])
    if trace.outcome == "none" and number is None and may_be_allotted:
        return AskNationalSide("allocate")
    return _after_failed_trace(trace)
