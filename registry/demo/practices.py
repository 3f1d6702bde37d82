"""The eight practices of the demonstration office. Their codes exist nowhere."""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from random import Random

from registry.values.address import Address
from registry.values.organisation import GPCode


class PracticeKind(Enum):
    """What sort of people a practice looks after."""

    URBAN = "urban"
    """Young adults of many communities, flats and shared houses."""
    STUDENT = "student"
    """Beside a university."""
    COASTAL = "coastal"
    """Retired people and care homes."""
    RURAL = "rural"
    """Villages; the practice dispenses."""
    TOWN = "town"
    """A bit of everything."""


@dataclass(frozen=True, slots=True)
class DemoDoctor:
    """A doctor: the name that letters carry, the code, and from when it is valid (None: always)."""

    name: str
    code: GPCode
    since: date | None = None


@dataclass(frozen=True, slots=True)
class DemoPractice:
    """A practice and its catchment: outward codes, the last of which is across a border (fringe)."""

    ods_code: str
    name: str
    partner_code: str
    cipher: str
    kind: PracticeKind
    address: Address
    doctors: tuple[DemoDoctor, ...]
    catchment: tuple[str, ...]
    fringe: str
    relative_size: float
    is_open: bool = True

    @property
    def dispenses(self) -> bool:
        """Whether people far from a pharmacy get their drugs from the practice."""
        return self.kind is PracticeKind.RURAL

    @property
    def gp_codes(self) -> tuple[GPCode, ...]:
        return tuple(doctor.code for doctor in self.doctors)


OTHER_AUTHORITIES = ("XE2", "YF", "ZQ3")
"""Ciphers of authorities elsewhere, equally fictional."""


def _doctors(first: int, *names: str) -> tuple[DemoDoctor, ...]:
    """Doctors with GMC numbers of a range that is not issued; the last one is new."""
    return tuple(
        DemoDoctor(
            name,
            GPCode(f"99{first + position * 37:05d}", f"{first % 1000 + position:03d}"),
            date(2024, 4, 1) if position and position == len(names) - 1 else None,
        )
        for position, name in enumerate(names)
    )


_KIND = PracticeKind
# Relative sizes are eighths of a log-normal distribution (sigma 0.6), put to the kinds of practice.
_PRACTICES = (
    DemoPractice(
        "Y90001",
        "Old Market Surgery",
        "OMS5",
        "XD1",
        _KIND.URBAN,
        Address(("Old Market Surgery", "2 Old Market Place", "", "Ellerbourne", "Ellermarch"), "ZX1 1AA"),
        _doctors(10101, "Dr A Thornley", "Dr S Patel", "Dr M Okafor", "Dr K Evans", "Dr J Wells"),
        ("ZX1", "ZX3"),
        "ZX12",
        1.72,
    ),
    DemoPractice(
        "Y90002",
        "University Quarter Medical Centre",
        "UQM5",
        "XD1",
        _KIND.STUDENT,
        Address(("University Medical Centre", "1 Faraday Walk", "", "Ellerbourne", "Ellermarch"), "ZX4 1AA"),
        _doctors(20212, "Dr L Hughes", "Dr R Chan", "Dr F Rahman"),
        ("ZX4", "ZX1"),
        "ZX12",
        0.91,
    ),
    DemoPractice(
        "Y90003",
        "Sea Road Surgery",
        "SRS5",
        "XD1",
        _KIND.COASTAL,
        Address(("", "40 Sea Road", "", "Scarholme-on-Sea", "Ellermarch"), "ZX7 1AA"),
        _doctors(30323, "Dr P Harcourt", "Dr D Nowak", "Dr E Bell"),
        ("ZX7", "ZX8"),
        "ZX13",
        1.1,
    ),
    DemoPractice(
        "Y90004",
        "Hexworth Family Practice",
        "HEX5",
        "XD1",
        _KIND.TOWN,
        Address(("The Surgery", "7 Church Lane", "Hexworth", "Ellerbourne", "Ellermarch"), "ZX5 1AA"),
        _doctors(40434, "Dr C Marsh", "Dr N Sandhu", "Dr H Lloyd", "Dr B Osei"),
        ("ZX5", "ZX6"),
        "ZX13",
        1.32,
    ),
    DemoPractice(
        "Y90005",
        "Fenwardine and District Practice",
        "FEN5",
        "XD1",
        _KIND.RURAL,
        Address(("The Health Centre", "Drovers Lane", "Fenwardine", "Brindlecombe", "Wendale"), "ZX9 1AA"),
        _doctors(50545, "Dr G Meredith", "Dr T Fairfield"),
        ("ZX9", "ZX10"),
        "ZX11",
        0.4,
    ),
    DemoPractice(
        "Y90006",
        "Canalside Health Centre",
        "CSH5",
        "XD1",
        _KIND.URBAN,
        Address(("Canalside Health Centre", "110 Tollgate Road", "", "Ellerbourne", "Ellermarch"), "ZX2 1AA"),
        _doctors(60656, "Dr Y Hussain", "Dr I Kowalska", "Dr O Grant", "Dr V Tran", "Dr W Ali", "Dr A Price"),
        ("ZX2", "ZX1"),
        "ZX12",
        2.51,
        is_open=False,
    ),
    DemoPractice(
        "Y90007",
        "Ottermarsh Medical Group",
        "OTT5",
        "YD",
        _KIND.TOWN,
        Address(("", "15 Harbour Street", "", "Ottermarsh", "Ellermarch"), "ZX12 1AA"),
        _doctors(70767, "Dr J Pryce", "Dr U Begum", "Dr Z Farmer"),
        ("ZX12", "ZX13"),
        "ZX7",
        0.76,
    ),
    DemoPractice(
        "Y90008",
        "Priory Park Surgery",
        "PPS5",
        "XD1",
        _KIND.TOWN,
        Address(("The Old Priory", "3 Abbey Road", "Priory Park", "Ellerbourne", "Ellermarch"), "ZX6 1AA"),
        _doctors(80878, "Dr Q Ashby", "Dr X Li"),
        ("ZX6", "ZX3"),
        "ZX13",
        0.58,
    ),
)


def demonstration_practices() -> list[DemoPractice]:
    """The practices, in the order of their codes."""
    return list(_PRACTICES)


def list_sizes(people: int, seed: int) -> list[int]:
    """How many of so many people each practice has, a little different with each seed.

    In the order of `demonstration_practices`; the sum is exact.
    """
    rng = Random(f"list sizes/{seed}")
    weights = [practice.relative_size * rng.uniform(0.9, 1.1) for practice in _PRACTICES]
    sizes = [int(people * weight / sum(weights)) for weight in weights]
    sizes[0] += people - sum(sizes)
    return sizes
