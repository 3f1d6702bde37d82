"""Letters to applicants, in the register or not."""

from collections.abc import Mapping
from typing import Any

from uuid_utils.compat import uuid7

from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.models import letters
from registry.transactions.letters.write import next_post, write_letter
from registry.transactions.matters.kind import Work


def write_to_applicant(work: Work, kind: Letter, content: Mapping[str, Any]) -> None:
    """Queue a letter to whoever applied. Name and address of one who is not in the register stand with the matter."""
    if work.person is not None:
        write_letter(work.writes, work.context, kind, work.person, content, matter_id=work.matter.id)
        return
    work.writes.insert(
        letters,
        id=uuid7(),
        kind=kind.code,
        state="queued",
        route="home",
        matter_id=work.matter.id,
        content=dict(content),
        decided_at=work.context.now,
        due_at=next_post(work.context),
    )
