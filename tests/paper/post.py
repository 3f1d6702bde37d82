"""What comes by post: batches of forms of one practice, and the clerks who key them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from registry.paper.acts import PAPER
from registry.transactions.acts.act import Act, Answer, Done
from registry.values.person import Demographics
from tests.support.acts import do
from tests.support.office import ANNA, Office, Practice

ACTS: dict[str, Act[Any]] = {act.name: act for act in PAPER.acts}


def as_written(like: Demographics = ANNA, number: str | None = None) -> dict[str, Any]:
    """What the form of a transfer says of a person, as a clerk keys it."""
    assert like.sex is not None and like.date_of_birth is not None
    return {
        "type": "3",
        "number": number,
        "surname": like.name.surname,
        "forenames": ",".join(filter(None, (like.name.first_forename, like.name.second_forename))),
        "sex": like.sex.value,
        "date_of_birth": like.date_of_birth.isoformat(),
        "address": ";".join(like.address.lines),
        "postcode": like.address.postcode,
        "previous_address": "3 Former Street,Oldtown",
        "previous_gp": "DR BEFORE",
        "place_of_birth": like.place_of_birth,
    }


@dataclass
class Post:
    """Batches of one practice."""

    office: Office
    practice: Practice

    async def do(self, act: str, **details: Any) -> Answer:
        """Do an act with paper, with its details as somebody types them."""
        return await do(self.office.connection, self.office.context(), ACTS[act], **details)

    async def done(self, act: str, **details: Any) -> Done:
        """Do an act that is to succeed."""
        answer = await self.do(act, **details)
        assert isinstance(answer, Done), answer
        return answer

    async def batch(self, forms: int, **details: Any) -> UUID:
        """Open a batch that came today."""
        usual: dict[str, Any] = {"practice": self.practice.ods_code, "received_on": self.office.today.isoformat()}
        opened = await self.done("open-batch", **{**usual, "forms": forms, **details})
        assert opened.id is not None
        return opened.id

    async def key(self, batch: UUID, form: str, said: Mapping[str, Any], **details: Any) -> Answer:
        """Key an acceptance of today."""
        usual = {"accepted_on": self.office.today.isoformat()}
        return await self.do("key-acceptance", **{"id": batch, "form": form, **usual, **said, **details})

    async def counts(self, batch: UUID) -> tuple[int, int, int, int]:
        """Received, keyed, rejected, returned."""
        return tuple(
            await self.office.one(
                "select array[received, keyed, rejected, returned] from paper_batches where id = :id", id=batch
            )
        )
