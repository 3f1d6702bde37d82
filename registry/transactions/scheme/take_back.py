"""Take back an immediate removal that was a mistake: the person is on the practice's list as if it had never been.

Possible while they wait for a place and nothing moved them since; afterwards the way is a
discharge. Another person than whoever took the notice does it, for the practice's staff may be at risk.
"""

from uuid_utils.compat import uuid7

from registry.transactions.acts.act import Impossible
from registry.transactions.matters.kind import Work
from registry.transactions.matters.step import advance
from registry.transactions.office_transactions import note_transaction
from registry.transactions.scheme.appeals import end_appeal
from registry.transactions.scheme.asked import OnPlace
from registry.transactions.scheme.notices import KIND as NOTICE_KIND
from registry.transactions.scheme.notices import NOTICE
from registry.transactions.scheme.placement import PLACEMENT
from registry.transactions.scheme.whom import note, whom
from registry.transactions.taking_back.afterwards import ask_about_the_rest, ended_by
from registry.transactions.taking_back.restore import put_back
from registry.transactions.taking_back.rules import ANOTHERS_STAY
from registry.transactions.taking_back.standing import last_move

_SENTENCE = "Taken back by the office; the person is on the practice's list as if it had never been."


async def take_back_removal(work: Work, asked: OnPlace) -> str | Impossible:
    """Put the person back without a day's gap; the practice, where its F2 has left, is told by letter."""
    if not asked.reason:
        return Impossible("Say why.", "reason")
    connection, writes, context, matter, person = work.connection, work.writes, work.context, work.matter, whom(work)
    move = await last_move(connection, person.id)
    if move is None or move.kind != "immediate-removal" or move.standing.transaction_id is None:
        return Impossible("They have moved since the removal: discharge them instead.")
    if move.standing.ended_anothers:
        return Impossible(ANOTHERS_STAY)
    removal, by = move.standing.transaction_id, uuid7()
    ended = await ended_by(connection, removal, person.id)
    await put_back(connection, writes, context, person, move.standing, by, matter_id=matter.id)
    note_transaction(
        writes,
        context,
        "cancellation",
        outcome="removal-taken-back",
        sentence=_SENTENCE,
        command={"removal": removal},
        patient_id=person.id,
        practice_id=matter.practice_id,
        matter_id=matter.id,
        earlier_id=removal,
        transaction_id=by,
    )
    advance(writes, context, PLACEMENT, matter, "take-back", transaction_id=by)
    notice = person.matter(NOTICE_KIND)
    if notice is not None and NOTICE.step(notice.state, "taken-back") is not None:
        advance(writes, context, NOTICE, notice, "taken-back", transaction_id=by)
    end_appeal(writes, context, person)
    ask_about_the_rest(writes, context, person, ended, (), removal, by, matter.practice_id)
    note(work, "take-back", asked)
    return _SENTENCE
