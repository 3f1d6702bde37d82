"""A change of identity is notified: looked at by the rules, and a case opened in the vault."""

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.transactions.acts.act import Answer, Done, Impossible
from registry.transactions.acts.on_person import person_of
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.identities.asked import Notify
from registry.transactions.identities.machine import IDENTITY_CHANGE
from registry.transactions.identities.rules import Notice, least_age, refuse_notice
from registry.transactions.identities.steps import stage_due
from registry.transactions.scheme.find import FoundPractice, find_practice
from registry.vault.cases import cases_of, open_case
from registry.vault.door import in_vault


async def notify(connection: AsyncConnection, context: Context, what: Notify) -> Answer:
    """Open a case. Nothing is written outside the vault, and the person is not looked at in the ordinary audit."""
    person = await person_of(connection, what.nhs_number)
    if isinstance(person, Impossible):
        return person
    asked = await _as_notice(connection, context, what, person)
    if isinstance(asked, Impossible):
        return asked
    notice, practice = asked
    policy: int = context.policies.on("identity_gender_least_age", notice.notified_on)
    refused = refuse_notice(notice, person, least_age(notice.kind, policy))
    if refused is not None:
        return Impossible(refused.sentence, refused.field)
    stage = IDENTITY_CHANGE.stages[0]
    due = stage_due(context, stage.name)
    async with in_vault(
        connection, context.actor, context.now, "case.opened", reason=what.reason, about=[person.id]
    ) as vault:
        if any(case.is_open for case in await cases_of(vault, person.id)):
            return Impossible("A case about this person is open already: see `registry identities list`.")
        case = await open_case(
            vault,
            kind=notice.kind.value,
            state=stage.name,
            expects=stage.expects or "",
            due_at=due,
            old_patient_id=person.id,
            facts={
                "authority": notice.authority.value,
                "reference": notice.reference,
                "evidence": notice.evidence,
                "notified_on": notice.notified_on,
                "by_practice": notice.by,
                "counselled": notice.counselled,
                "consented_on": notice.consented_on,
                "practice": practice,
                "stage_due_at": due,
            },
            reason=what.reason,
        )
    return Done("Taken. The new number is waited for.", case.id, case.version, case.state)


async def _as_notice(
    connection: AsyncConnection, context: Context, what: Notify, person: PersonFacts
) -> tuple[Notice, str] | Impossible:
    """The notice, and the ODS code of the practice whose list the new identity is to be on."""
    on = what.notified_on or context.today
    if on > context.today:
        return Impossible("The notice cannot have come on a day to come.", "notified_on")
    practices: dict[str, FoundPractice | None] = {"by_practice": None, "practice": None}
    for field in practices:
        code: str = getattr(what, field)
        practices[field] = await find_practice(connection, code, context.today) if code else None
        if code and practices[field] is None:
            return Impossible("No practice of the register has this ODS code.", field)
    by, goes_to = practices["by_practice"], practices["practice"]
    notice = Notice(
        what.kind,
        what.authority,
        on,
        what.reference,
        what.evidence,
        by.facts.id if by is not None else None,
        goes_to.facts.id if goes_to is not None else None,
        what.counselled,
        what.consented_on,
    )
    return notice, goes_to.facts.ods_code if goes_to is not None else ""
