"""May the practice change this person's particulars? The rules of an amendment (G2).

Nothing is refused silently: what is not applied goes to a person.
Sources: domain rules, correction 7, R8 (the confusion guard) and R15 (no last write wins); GP Links amendment
fields.
"""

from collections.abc import Mapping
from datetime import date

from registry.transactions.commands import AmendPatient, Changes, Ruling
from registry.transactions.facts import MembershipFacts, PersonFacts, PracticeFacts
from registry.transactions.rules.decisions import Amend, AmendmentDecision, Refer
from registry.transactions.rules.precedence import Verdict, asked, kept
from registry.transactions.rules.reasons import Referral
from registry.values.nhs_number import NumberKind, kind_of
from registry.values.period import london_date

_IDENTITY = frozenset({"surname", "sex", "date_of_birth"})


def decide_amendment(
    command: AmendPatient,
    practice: PracticeFacts,
    person: PersonFacts | None,
    today: date,
    ruling: Ruling | None = None,
    verdicts: Mapping[str, Verdict] | None = None,
    *,
    in_use: bool = True,
) -> AmendmentDecision:
    """Apply the changes, or refer them. A ruling of `accept` applies what can be applied at all.

    `verdicts` say of each item whether the practice's word takes the place of what is held; `in_use` whether a
    number that finds nobody may be anybody's.
    """
    verdicts = verdicts or {}
    never = _never_applied(command, practice, person, today)
    if never is not None or person is None:
        return never or Refer(Referral.NUMBER_NOT_KNOWN if in_use else Referral.NUMBER_NOT_IN_USE, "nhsNumber")
    if ruling is None:
        doubt = _doubt(command, person) or _conflict(verdicts)
        if doubt is not None:
            return doubt
    stays = tuple(kept(verdicts, ruled=ruling is not None))
    return Amend(person, command.changes, tell_number=person.nhs_number != command.number, kept=stays)


def _never_applied(
    command: AmendPatient, practice: PracticeFacts, person: PersonFacts | None, today: date
) -> Refer | None:
    """Facts that no clerk can wave through."""
    if command.origin.authority_cipher != practice.authority_cipher:
        return Refer(Referral.WRONG_AUTHORITY, "healthcarePartyCode")
    if person is None:
        wrong = kind_of(command.number) is NumberKind.WRONG_CHECK_DIGIT
        return Refer(Referral.NUMBER_WRONG, "nhsNumber") if wrong else None
    if person.membership is None or person.membership.practice_id != practice.id:
        return Refer(Referral.NOT_ON_LIST, "nhsNumber", resend_deduction=True)
    if command.changes.date_of_birth is not None and command.changes.date_of_birth > today:
        return Refer(Referral.BIRTH_IN_FUTURE, "birthDate")
    return None


def _doubt(command: AmendPatient, person: PersonFacts) -> Refer | None:
    """What a person should look at first."""
    changes = command.changes
    if command.defects:
        return Refer(Referral.UNREADABLE_ITEM, command.defects[0].field)
    if command.free_text:
        return Refer(Referral.FREE_TEXT, "freeText")
    if not changes.named():
        return Refer(Referral.NOTHING_CHANGED)
    if person.is_dead:
        return Refer(Referral.RECORDED_DEAD)
    if person.membership is not None and _was_written_before(command, person.membership):
        return Refer(Referral.BEFORE_REGISTRATION)
    if len(changed_identity(changes, person)) > 1:
        return Refer(Referral.TWO_OF_NAME_SEX_BIRTH)
    if changes.address is not None and not changes.address[3]:
        return Refer(Referral.POST_TOWN_ABSENT, "address")
    return None


def _conflict(verdicts: Mapping[str, Verdict]) -> Refer | None:
    """Where another source said otherwise, a person sees both."""
    first = next(iter(asked(verdicts)), None)
    return None if first is None else Refer(Referral.PARTICULARS_CONFLICT, first)


def _was_written_before(command: AmendPatient, now: MembershipFacts) -> bool:
    """Whether it is older than the acceptance that began the stay: as written, for either may have come late."""
    if now.written_at is not None:
        return command.origin.document_at < now.written_at
    return london_date(command.origin.document_at) < now.since


def changed_identity(changes: Changes, person: PersonFacts) -> frozenset[str]:
    """Which of surname, sex and date of birth would really change."""
    differs = {
        "surname": changes.surname is not None and changes.surname.upper() != person.name.surname.upper(),
        "sex": changes.sex is not None and changes.sex is not person.sex,
        "date_of_birth": changes.date_of_birth is not None and changes.date_of_birth != person.date_of_birth,
    }
    return frozenset(item for item in _IDENTITY if differs[item])
