"""How the status of a subscription changes when its client asks for it. The register itself makes it `active` or
`error`, and never takes it out of `error` again (Subscriptions R5 Backport)."""

from collections.abc import Mapping

from registry.fhir.refusals import wrong_step

AT_WORK = "at-work"
"""Stands for `requested` where an endpoint has to shake hands, and `active` where nothing is pushed."""

STEPS: Mapping[tuple[str, str], str] = {
    ("requested", "requested"): AT_WORK,
    ("requested", "active"): AT_WORK,
    ("requested", "off"): "off",
    ("active", "requested"): AT_WORK,
    ("active", "active"): "active",
    ("active", "off"): "off",
    ("error", "requested"): AT_WORK,
    ("error", "error"): "error",
    ("error", "off"): "off",
    ("off", "off"): "off",
}
"""What becomes of a status (the first) when another, or the same, is asked for."""


def next_status(present: str, asked: str, *, pushes: bool, other_endpoint: bool) -> str:
    """The status after an update. Raises RequestError (422) for a step that there is none of.

    Another endpoint shakes hands anew.
    """
    after = STEPS.get((present, asked))
    if after is None:
        raise wrong_step(f"A subscription that is {present} does not become {asked}", "status")
    if after == AT_WORK or (after == "active" and other_endpoint):
        return "requested" if pushes else "active"
    return after
