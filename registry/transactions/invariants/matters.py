"""What must always be true of matters and letters."""

from registry.transactions.invariants.invariant import Invariant
from registry.transactions.kinds_of_matter import KINDS
from registry.transactions.letters.kinds import Letter


def _known_states() -> str:
    """The states of every machine, as the rows of a VALUES list; end says whether nothing is waited for."""
    rows = [
        f"('{kind.machine.kind}', '{stage.name}', {str(stage.is_end).lower()})"
        for kind in KINDS
        for stage in kind.machine.stages
    ]
    return ", ".join(rows or ["('', '', true)"])


def _to_people() -> str:
    """The kinds of letter that people read themselves."""
    return ", ".join(f"'{letter.code}'" for letter in Letter if letter.value.to in ("patient", "applicant"))


MATTERS = (
    Invariant(
        "matters_are_in_known_states",
        "A matter is in a state of its machine, and is closed exactly when that is an end.",
        f"""
        select m.id, m.kind, m.state from matters m
        left join (values {_known_states()}) s (kind, state, is_end) on s.kind = m.kind and s.state = m.state
        where s.kind is null or s.is_end <> (m.closed_at is not null)
        """,
    ),
    Invariant(
        "every_step_is_kept",
        "A matter at version N has N events, and the last one led to its state.",
        """
        select m.id, m.version, count(e.version) as events
        from matters m left join matter_events e on e.matter_id = m.id
        group by m.id having count(e.version) <> m.version
          or (array_agg(e.to_state order by e.version desc))[1] is distinct from m.state
        """,
    ),
    Invariant(
        "no_letter_to_the_dead",
        "No letter to a person was handed over after they were recorded as dead.",
        f"""
        select l.id from letters l join patients p on p.id = l.patient_id
        where p.status in ('informal-dead', 'formal-dead') and l.state in ('handed-over', 'posted')
          and l.kind in ({_to_people()}) and l.batch_id is not null
          and (select b.handed_over_at from letter_batches b where b.id = l.batch_id) > (
            select max(v.until) from patient_versions v where v.patient_id = p.id
              and v.facts ->> 'status' not in ('informal-dead', 'formal-dead'))
        """,
    ),
)
