"""The names of all jobs. Each must have a handler; a test of the house checks it.

A name here is a promise from below to above: whoever enqueues it need not know who does it.
"""

from typing import Final

FORGET_DONE_JOBS: Final = "jobs.forget-done"
"""Daily: remove the log of jobs that ended a month ago."""

ASK_NATIONAL_SIDE: Final = "national.ask"
"""Ask the national side one question; payload: `request_id`."""

REFILL_NUMBERS: Final = "numbers.refill"
"""Every ten minutes, and when the reserve runs low: have numbers set aside for people yet to be made."""

FALL_DUE: Final = "transactions.fall-due"
"""Every minute: do what has fallen due."""

RESUME_INTERCHANGES: Final = "links.resume"
"""Every minute: go on with interchanges that a crash left half done."""

COUNT_NAMES: Final = "matching.count-names"
"""Nightly: count how common names and postcodes are, for the matcher."""

SWEEP_DUPLICATES: Final = "duplicates.sweep"
"""Nightly: compare who has changed with everybody, and put the likeliest pairs before people."""

FOLLOW_EVENTS: Final = "events.follow"
"""Every minute: number what has happened, and let those be told who want to be."""

PUSH_EVENTS: Final = "events.push"
"""Tell one endpoint what there is for it; payload: `subscription_id`."""

FORGET_EVENTS: Final = "events.forget"
"""Daily: remove events that are too old to be replayed, and end subscriptions whose end has come."""

FORGET_TOKENS: Final = "tokens.forget"
"""Hourly: remove tokens that have ended, and assertions that were used a month ago."""

EXPORT_LIST: Final = "lists.export"
"""Make the files of one export of a list; payload: `export_id`."""

FORGET_EXPORTS: Final = "lists.forget-exports"
"""Hourly: remove exports whose files were kept long enough."""

WATCH_READING: Final = "fhir.watch-reading"
"""Hourly: name to information governance whoever looked at very many people in a day."""

FORGET_FHIR_REQUESTS: Final = "fhir.forget-requests"
"""Hourly: remove the stored answers of requests that came a day ago."""
