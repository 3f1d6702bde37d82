"""What an event may be about. Triggers write the rows (migration 0023); here are their names."""

from enum import Enum

EVERY = "*"
"""Stands for all topics together, where events are counted or followed."""


class Topic(Enum):
    """The value is the code."""

    REGISTRATION_ACCEPTED = "registration-accepted"
    """Somebody is on the practice's list from now on, or an acceptance of theirs was accepted."""
    REGISTRATION_REJECTED = "registration-rejected"
    """An acceptance of the practice was refused."""
    DEDUCTION = "deduction"
    """Somebody is no longer on the practice's list."""
    DEMOGRAPHIC_CHANGE = "demographic-change"
    """What the register says of somebody on the list has changed."""
    NUMBER_CHANGE = "number-change"
    """An NHS number was given, replaced by another, or is no longer this person's: read it again."""
    DEATH = "death"
    """Somebody on the list, or until now on it, is recorded as dead."""
    RECORD_REQUEST = "record-request"
    """The record of somebody who has left is asked for."""
    TASK_UPDATE = "task-update"
    """Work of the practice has begun or has come to another state."""


MEANINGS: dict[Topic, str] = {
    Topic.REGISTRATION_ACCEPTED: "Somebody is on the practice's list, or an acceptance was accepted",
    Topic.REGISTRATION_REJECTED: "An acceptance was refused",
    Topic.DEDUCTION: "Somebody is no longer on the practice's list",
    Topic.DEMOGRAPHIC_CHANGE: "What the register says of somebody on the list has changed",
    Topic.NUMBER_CHANGE: "An NHS number was given, replaced, or is no longer this person's",
    Topic.DEATH: "Somebody on the list is recorded as dead",
    Topic.RECORD_REQUEST: "A record is asked for",
    Topic.TASK_UPDATE: "Work of the practice has begun or has come to another state",
}
"""A sentence for whoever follows them."""
