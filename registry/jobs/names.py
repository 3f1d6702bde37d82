"""The names of all jobs. Each must have a handler; a test of the house checks it.

A name here is a promise from below to above: whoever enqueues it need not know who does it.
"""

from typing import Final

FORGET_DONE_JOBS: Final = "jobs.forget-done"
"""Daily: remove the log of jobs that ended a month ago."""

ASK_NATIONAL_SIDE: Final = "national.ask"
"""Ask the national side one question; payload: `request_id`."""

FALL_DUE: Final = "transactions.fall-due"
"""Every minute: do what has fallen due."""

RESUME_INTERCHANGES: Final = "links.resume"
"""Every minute: go on with interchanges that a crash left half done."""

COUNT_NAMES: Final = "matching.count-names"
"""Nightly: count how common names and postcodes are, for the matcher."""

SWEEP_DUPLICATES: Final = "duplicates.sweep"
"""Nightly: compare who has changed with everybody, and put the likeliest pairs before people."""

FORGET_FHIR_REQUESTS: Final = "fhir.forget-requests"
"""Hourly: remove the stored answers of requests that came a day ago."""
