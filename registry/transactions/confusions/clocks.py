"""The clocks of a confusion: each stage's own, and those of the whole: an alert, and the target."""

from datetime import datetime, timedelta

from registry.transactions.confusions.machine import CONFUSION
from registry.transactions.context import Context
from registry.transactions.matters.kind import Kind, Work, declare
from registry.transactions.matters.stands import Matter
from registry.transactions.matters.step import advance
from registry.values.period import london_date, start_of_day


def stage_due(context: Context, state: str, matter: Matter | None = None) -> datetime:
    """When a confusion that comes to a state is due: by the stage's days, or by the whole one's alert or target.

    `matter` None: it is opened now.
    """
    begun = context.today if matter is None else matter.trigger_on
    days: dict[str, int] = context.policies.on("confusion_stage_working_days", begun)
    ahead = [] if matter is None else [at for _, at in _ahead(context, matter)]
    if matter is None:
        ahead = [_weeks(context, "confusion_alert_weeks", context.now)]
    return min(context.after_working_days(days[state]), *ahead) if ahead else context.after_working_days(days[state])


def _ahead(context: Context, matter: Matter) -> list[tuple[str, datetime]]:
    """The clocks of the whole that have not struck yet, with the events that they make."""
    clocks = (("alert", "confusion_alert_weeks"), ("overdue", "confusion_target_weeks"))
    return [(event, _weeks(context, key, matter.opened_at)) for event, key in clocks if event not in matter.facts]


def _weeks(context: Context, key: str, opened_at: datetime) -> datetime:
    opened_on = london_date(opened_at)
    weeks: int = context.policies.on(key, opened_on)
    return start_of_day(opened_on + timedelta(weeks=weeks))


async def _falls_due(work: Work) -> str:
    """It rises: to the supervisor at once by a clock of the whole, by a stage's own when it strikes again."""
    context, matter = work.context, work.matter
    ahead = _ahead(context, matter)
    struck = [event for event, at in ahead if at <= context.now]
    still = [at for _, at in ahead if at > context.now]
    event = struck[-1] if struck else "remind"
    advance(
        work.writes,
        context,
        CONFUSION,
        matter,
        event,
        due_at=min([context.after_working_days(2 if struck else 1), *still]),
        facts=dict.fromkeys(struck, context.today.isoformat()),
        owner="supervisor" if struck or matter.priority else matter.owner,
        priority=matter.priority + 1,
    )
    return event if struck else "escalated"


CONFUSIONS = declare(Kind(CONFUSION, falls_due=_falls_due))
