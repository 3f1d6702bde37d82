"""May an identity be changed, as asked? Pure.

Sources: domain rules R5; PCSE help on gender reassignment (the patient is counselled and consents; no
certificate and no treatment is asked for; a change back is another change, with a third number; the
marker alone may be changed, and the number kept) and its under-18s (the Secretary of State's
direction of 20 March 2025).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from registry.transactions.facts import PersonFacts
from registry.transactions.identities.kinds import Authority, IdentityChange
from registry.values.person import Sex


@dataclass(frozen=True, slots=True)
class Notice:
    """What was asked. `by` is the practice that asks, `practice` the one whose list the new identity is to be on."""

    kind: IdentityChange
    authority: Authority
    notified_on: date
    reference: str
    evidence: str
    by: UUID | None = None
    practice: UUID | None = None
    counselled: bool = False
    consented_on: date | None = None


@dataclass(frozen=True, slots=True)
class NewIdentity:
    """Who somebody is to be, as far as rules ask."""

    surname: str
    forename: str
    sex: Sex
    date_of_birth: date | None


@dataclass(frozen=True, slots=True)
class No:
    """Why not, and of which item. Holds nothing of anybody."""

    sentence: str
    field: str | None = None


def refuse_notice(notice: Notice, person: PersonFacts, least_age: int | None) -> No | None:
    """The first reason for which a notice is not taken, or None. `least_age`: the day's, for gender."""
    return next(_against(notice, person, least_age), None)


def _against(notice: Notice, person: PersonFacts, least_age: int | None) -> Iterator[No]:
    yield from _against_record(person)
    if notice.authority not in notice.kind.rule.authorities:
        yield No(_WHO_MAY[notice.kind], "authority")
    if not notice.reference:
        yield No("Name the case by the reference of whoever asks: that is how they will ask for it.", "reference")
    if not notice.evidence:
        yield No("Say what shows that it was asked: the letter, the weekly list, the practice's form.", "evidence")
    if notice.kind is IdentityChange.GENDER:
        yield from _against_gender(notice, person, least_age)
    if notice.practice is None and person.membership is None:
        yield No("The person is on no practice's list: name the practice that takes the new identity on.", "practice")
    now = person.membership
    if not notice.kind.rule.elsewhere and now is not None and notice.practice not in (None, now.practice_id):
        yield No(
            "The new identity begins with the practice that holds the patient; they may move on later.", "practice"
        )


def _against_record(person: PersonFacts) -> Iterator[No]:
    if person.is_dead:
        yield No("The person is recorded as dead: the identity stays as it was.", "nhs_number")
    elif person.status != "live":
        yield No("The record is no longer in use: ask for the one that is.", "nhs_number")
    if person.nhs_number is None:
        yield No("The record has no NHS number of its own: there is none to be changed.", "nhs_number")


def _against_gender(notice: Notice, person: PersonFacts, least_age: int | None) -> Iterator[No]:
    now = person.membership
    if now is None or notice.by != now.practice_id:
        yield No("The practice that holds the patient asks for it, and no other.", "by_practice")
    if not notice.counselled:
        yield No(
            "The practice must have told the patient what a new number means (it cannot be undone, waiting lists and"
            " screening are to be seen to, the old record is closed) and say so.",
            "counselled",
        )
    if notice.consented_on is None:
        yield No("Give the day on which the patient consented.", "consented_on")
    elif notice.consented_on > notice.notified_on:
        yield No("The consent cannot come after the notice.", "consented_on")
    if least_age is None:
        return
    if person.date_of_birth is None:
        yield No(f"The date of birth is not known, and nobody under {least_age} may have a new number.", "nhs_number")
    elif age_on(person.date_of_birth, notice.notified_on) < least_age:
        yield No(
            f"Not for anybody under {least_age}: the Secretary of State's direction of 2025 stopped it. Name and title"
            " may be changed by an ordinary amendment.",
            "kind",
        )


_WHO_MAY = {
    IdentityChange.ADOPTION: "An adoption is notified by the National Back Office alone, from its weekly list.",
    IdentityChange.GENDER: "A change of gender is asked for by the patient's practice.",
    IdentityChange.PROTECTED: "A protected identity is made on the word of the National Back Office or of a protection"
    " agency alone.",
}


def refuse_new(kind: IdentityChange, new: NewIdentity, person: PersonFacts, today: date) -> No | None:
    """Why the particulars of the new identity cannot be taken, or None."""
    if not new.surname or not new.forename:
        return No("Give surname and forename of the new identity.", "surname")
    if new.date_of_birth is None:
        return No("Give the date of birth.", "date_of_birth")
    if new.date_of_birth > today:
        return No("The date of birth lies in the future.", "date_of_birth")
    if kind is IdentityChange.GENDER and new.sex is person.sex:
        return No(
            "The sex is the one that is registered already. Where the name alone changes, an ordinary amendment does"
            " it, and the number stays.",
            "sex",
        )
    if kind is not IdentityChange.PROTECTED and new.date_of_birth != person.date_of_birth:
        return No(f"A change by {kind.value} leaves the date of birth as it is.", "date_of_birth")
    return None


def least_age(kind: IdentityChange, policy: int) -> int | None:
    """The age below which a kind of change is refused, by the policy of the day; None where there is none."""
    return policy if kind is IdentityChange.GENDER and policy > 0 else None


def age_on(born_on: date, day: date) -> int:
    """Whole years. Somebody is 18 from the beginning of the birthday; who was born on 29 February, from 1 March."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
