"""When an identity is sealed, what was judged of it keeps ids, verdict and day, and says nothing more."""

from sqlalchemy import text

from registry.database import unit_of_work
from registry.transactions.settle import Decision
from tests.support.committing_office import CommittingOffice
from tests.support.identities import Identities
from tests.support.judging import offered

_SAYS = (
    "select coalesce(reason, '') || coalesce(digest, '') || coalesce(other_digest, '') || coalesce(levels::text, '')"
    " from duplicate_judgements order by id"
)


async def test_judgements_are_blanked_and_the_open_case_is_closed(committing: CommittingOffice):
    async with committing.at_work() as office:
        practice = await office.practice()
        one, number = await office.person(practice)
        others = [(await office.person(practice))[0] for _ in range(2)]
        new_number = office.number()
        judged, waiting = [await offered(office, one, other) for other in others]
    await committing.settle(Decision("household", 1, "sisters, says the practice"), judged)
    identities = Identities(committing)
    case = await identities.adoption(number, new_number)
    await identities.make(case)
    await identities.work(case, "seal")

    assert await committing.column(_SAYS) == [""]
    assert await committing.column("select judgement || ' ' || judged_by from duplicate_judgements") == [
        "household clerk"
    ]
    shown = "select state || evidence::text || coalesce(decision_reason, '') from anomalies where id = :id"
    assert await committing.one(shown, id=waiting) == "decided{}"
    async with unit_of_work(committing.engine) as connection:
        kept = await connection.execute(text("select count(*) from patients where id = any(:ids)"), {"ids": others})
        assert kept.scalar_one() == 2
