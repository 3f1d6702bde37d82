"""What each factor of an assignment finds about one practice, in words and in points. Pure."""

from calendar import monthrange
from datetime import date

from registry.transactions.rules.assignment_facts import Applicant, Factor, Standing, Weights
from registry.transactions.rules.assignment_words import NEEDS, TRAVELS_BADLY, Circumstance, Facility


def wishes(applicant: Applicant, each: Standing, weights: Weights) -> Factor:
    if each.practice_id in applicant.wanted:
        return Factor("wishes", "asked for", weights.points["wanted"])
    if each.practice_id in applicant.unwanted:
        return Factor("wishes", "asked not to have it", weights.points["unwanted"])
    return Factor("wishes", "none about it", 0)


def circumstances(applicant: Applicant, each: Standing, weights: Weights) -> Factor:
    if not applicant.circumstances:
        return Factor("circumstances", "none stated", 0)
    points, found = 0, list[str]()
    for circumstance in applicant.circumstances:
        need = NEEDS.get(circumstance)
        if need is None:
            found.append(circumstance.value)
            continue
        has = need in each.facilities
        points += weights.points["facility" if has else "facility_lacking"]
        found.append(f"{circumstance.value}: {need.value} {'offered' if has else 'not known to be offered'}")
    return Factor("circumstances", "; ".join(found), points)


def distance(applicant: Applicant, each: Standing, weights: Weights) -> Factor:
    """In bands: a few metres should not choose a doctor. Of a protected person only the band is written down."""
    if each.metres is None:
        homeless = Circumstance.HOMELESS in applicant.circumstances
        return Factor("distance", "unknown", 0 if homeless else weights.points["distance_unknown"])
    twice = bool(TRAVELS_BADLY & {*applicant.circumstances})
    kilometres, lower = each.metres / 1000, 0.0
    for upper, points in weights.bands:
        if upper is None or kilometres <= upper:
            band = f"more than {lower:g} km" if upper is None else f"{lower:g} to {upper:g} km"
            found = band if applicant.protected else f"{kilometres:.1f} km"
            return Factor("distance", found + (", counted twice" if twice else ""), points * (2 if twice else 1))
        lower = upper
    raise ValueError("the last band of distance must have no end")


def recent_removals(applicant: Applicant, weights: Weights, today: date) -> Factor:
    """Considered of every practice of the area, and counted against none: it is why the person is here."""
    since = months_before(today, weights.removal_months)
    recent = [removal for removal in applicant.removals if removal.on > since]
    if not recent:
        return Factor("recent-removals", f"none in the last {weights.removal_months} months", 0)
    told = ", ".join(f"at the request of {removal.ods_code} on {removal.on}" for removal in recent)
    return Factor("recent-removals", f"removed {told}", 0)


def violence(applicant: Applicant, each: Standing, weights: Weights) -> Factor:
    if not any(removal.violent for removal in applicant.removals):
        return Factor("violence", "no such removal", 0)
    if Facility.SECURE_PREMISES in each.facilities:
        return Factor(
            "violence", "an earlier removal; the practice is equipped", weights.points["equipped_for_violence"]
        )
    return Factor(
        "violence",
        "an earlier removal; the practice is not known to be equipped",
        weights.points["not_equipped_for_violence"],
    )


def earlier_refusal(applicant: Applicant, each: Standing, weights: Weights) -> Factor:
    """A refusal on a ground that stands counts; one on another ground protects the practice from nothing."""
    refused = applicant.refused_by.get(each.practice_id)
    if refused is None:
        return Factor("earlier-refusal", "none", 0)
    ground, stands = refused
    if stands:
        return Factor("earlier-refusal", f"refused: {ground.about.words}", weights.points["refused_with_reason"])
    return Factor("earlier-refusal", f"refused: {ground.about.words}; that is no ground, and does not count", 0)


def capacity_share(each: Standing, share: float, ratio: float, over: bool, weights: Weights) -> Factor:
    found = (
        f"{each.assigned} assigned, list of {each.list_size}; with one more"
        f" {ratio:.2f} times its share of {share:.2f}{', more than it should have' if over else ''}"
    )
    return Factor("capacity-share", found, round(weights.points["share"] * min(ratio, 3.0)))


def months_before(day: date, months: int) -> date:
    """The corresponding day so many months before; the last of the month where there is none."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def list_state(each: Standing) -> Factor:
    """Data, and never a ground by itself; whether a closed list may be proposed is decided elsewhere."""
    return Factor("list-state", "open" if each.list_is_open else "closed", 0)
