"""Every job that can be enqueued has somebody to do it, and every schedule enqueues a job that exists."""

from registry.jobs import names
from registry.jobs.handlers import HANDLERS, SCHEDULES
from registry.worker import load_handlers


def declared() -> set[str]:
    return {value for name, value in vars(names).items() if name.isupper()}


def test_every_name_has_a_handler_and_every_handler_a_name():
    load_handlers()
    assert declared() == set(HANDLERS)


def test_names_are_told_apart():
    values = [value for name, value in vars(names).items() if name.isupper()]
    assert len(values) == len(set(values)) > 0


def test_what_is_scheduled_has_a_handler():
    load_handlers()
    assert set(SCHEDULES) <= set(HANDLERS)
