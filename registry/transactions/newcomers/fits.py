"""Whether somebody whom the register holds is the person who asks for a number. Pure.

PDS makes no number where somebody alike is known. The register is as careful, by its own matcher: whoever is more
likely than not the person described stops the allocation, also where a guard would have asked a clerk to look (a
slip in the day or month of birth, another sex on record, one form of a forename for another). Two things that the
description itself says let it pass, however well the rest agrees: another forename (a twin, a sister) and another
birthday. A birth in another year is another birthday, as it is for PDS; where it may still be a slip of the pen, the
person is made and the office is shown the pair. Twins whose names are forms of one name are stopped; the office,
which can ask, lets them through by `$allocate`.
"""

from datetime import date

from registry.matching.compare import Comparison
from registry.matching.decide import MatchDecision, Outcome, ScoredCandidate
from registry.matching.levels import DateOfBirth, Forename, SexAgreement, Surname
from registry.transactions.newcomers.newcomer import Known

_ANOTHER_FORENAME = frozenset({Forename.SAME_INITIAL, Forename.DIFFERENT})
_ANOTHER_BIRTHDAY = frozenset({DateOfBirth.SAME_YEAR, DateOfBirth.GENERATION, DateOfBirth.DIFFERENT})


def fits(scored: ScoredCandidate, match_from: float) -> bool:
    """Whether a candidate stops the allocation. `match_from` is the least score, in log2 odds."""
    compared = scored.comparison
    is_another = compared.forename in _ANOTHER_FORENAME or compared.date_of_birth in _ANOTHER_BIRTHDAY
    return scored.score >= match_from and not is_another


def is_of_another_year(described: date | None, held: date | None) -> bool:
    """Whether two births are in different years: no match for who asks for a number, and perhaps a slip."""
    return described is not None and held is not None and described.year != held.year


def says_the_same(compared: Comparison) -> bool:
    """Whether names, date of birth and sex are those on record, as in a search that finds exactly them.

    Of whoever is kept apart nothing less counts: what makes them alike to somebody is nobody's business.
    """
    return (
        compared.forename is Forename.EQUAL
        and compared.surname is Surname.EQUAL
        and compared.date_of_birth in (DateOfBirth.EQUAL, DateOfBirth.EQUAL_FIRST_OF_JANUARY)
        and compared.sex is not SexAgreement.DIFFERENT
    )


def single_of(known: tuple[Known, ...], decision: MatchDecision) -> Known | None:
    """The one who is meant: the only one who fits, or one of whom the matcher is certain."""
    if len(known) == 1:
        return known[0]
    best = decision.best
    if decision.outcome is not Outcome.CERTAIN or best is None:
        return None
    return next((each for each in known if each.patient_id == best.patient_id), None)
