"""What is answered where nobody was made: somebody fits, or there is no number to give."""

from registry.errors import RequestError
from registry.fhir import refusals
from registry.fhir.outcomes import Outcome
from registry.fhir.spine import spine_outcome
from registry.jobs import names
from registry.transactions.newcomers.newcomer import Alike, Known, NoNumber

_UNABLE = "Unable to create new patient."
_SEVERAL = f"{_UNABLE} Multiple matches found for supplied demographic data."
_ASK_OFFICE = f"{_UNABLE} A match was found for supplied demographic data. Contact the registration office."

_AGAIN = "No number is at hand just now; send the same request with the same X-Request-ID again"
_NOBODY_TO_ASK = (
    "This installation has no client for the national side, which sets numbers aside, so that nobody can be given one."
    " Tell whoever runs it"
)
_UNTOLD = "It cannot be told which numbers nobody may be given: the vault is closed. Tell whoever runs the register"


def alike_outcome(alike: Alike, *, office: bool) -> Outcome:
    """SINGLE_MATCH with the number of who is meant, where the caller may be told it; MULTIPLE_MATCHES without any."""
    if alike.single is None:
        return spine_outcome("MULTIPLE_MATCHES", _SEVERAL)
    number = alike.single.number_for(office=office)
    told = _ASK_OFFICE if number is None else f"{_UNABLE} NHS number {number} found for supplied demographic data."
    return spine_outcome("SINGLE_MATCH", told)


def unequal_outcome(alike: Alike) -> Outcome:
    """CONFLICT: others fit than those who were acknowledged. An issue for each who may be told, the likeliest first."""
    unnamed = sum(each.number_for(office=True) is None for each in alike.known)
    found = f"{len(alike.known)} found" if alike.known else "nobody is found"
    text = f"acknowledgedMatches is not the set of those who fit now: {found}"
    if unnamed:
        text += f", of whom {unnamed} may not be told here; whoever is entrusted with identities has to look"
    outcome = spine_outcome("CONFLICT", text, "acknowledgedMatches")
    for known in alike.known:
        number = known.number_for(office=True)
        if number is not None:
            outcome["issue"] += spine_outcome("CONFLICT", f"NHS number {number} fits", "acknowledgedMatches")["issue"]
    return outcome


def those_told(alike: Alike, *, office: bool, all_of_them: bool) -> list[Known]:
    """Of whom the answer tells the number."""
    shown = alike.known if all_of_them else ([] if alike.single is None else [alike.single])
    return [each for each in shown if each.number_for(office=office) is not None]


def no_number(reason: NoNumber, *, has_national_side: bool) -> RequestError:
    """503: nobody was made. The reserve is filled, where that can be, before the caller comes again."""
    if reason.untold:
        return refusals.refusal(503, "SERVICE_UNAVAILABLE", _UNTOLD)
    error = refusals.refusal(503, "SERVICE_UNAVAILABLE", _AGAIN if has_national_side else _NOBODY_TO_ASK)
    error.retry_after = 5
    error.mended_by = names.REFILL_NUMBERS
    return error
