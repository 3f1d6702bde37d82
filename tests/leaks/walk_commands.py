"""Every command that looks, in words and in JSON; every act as a command; and those that write, with the old number.

**A new command that is not made from an act fails the walk** until it stands in LOOKING, WRITING, or, with a
reason, in LEFT_OUT.
"""

import asyncio
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from typer.testing import CliRunner

from registry.cli import app
from registry.settings import settings
from registry.values.clock import SystemClock
from tests.leaks.cast import WILHELMARA
from tests.leaks.discover import Command, commands_of, whole
from tests.leaks.fill import MOST_IDS
from tests.leaks.values import UNKNOWN_NUMBER, Values
from tests.leaks.walk import Walk
from tests.leaks.world import acts_by_name

Arguments = tuple[str, ...]
MOST_ACTS = 3
"""So many people or matters each act is tried on as a command."""
OUT = "{out}"
"""A folder that is made for the command; what is written there is looked at too."""


def _ids(table: str, *rest: str) -> Callable[[Values], Iterable[Arguments]]:
    return lambda values: [(each, *rest) for each in islice(values.rows[table], MOST_IDS)]


def _numbers(*rest: str) -> Callable[[Values], Iterable[Arguments]]:
    return lambda values: [(each, *rest) for each in values.numbers]


def _with(option: str, choices: Callable[[Values], Iterable[Any]], *rest: str) -> Callable[[Values], list[Arguments]]:
    return lambda values: [rest, *((option, str(each), *rest) for each in choices(values))]


def _lists(option: str) -> Callable[[Values], Iterable[Arguments]]:
    return lambda values: [
        *((ods,) for ods in values.practices),
        *((values.practices[0], option, day) for day in values.days),
        *((values.practices[1], option, day) for day in values.days[1:4]),
    ]


_OUTSIDE = (
    *("take-on", "birth", "first-registration", "elsewhere", "abroad", "left-area", "out-of-area", "death"),
    *("unregistered", "superseded"),
)
"""Lists outside every practice, which can be looked at too."""

_AS_BEFORE = (
    *("--surname", WILHELMARA.at_last.name.surname, "--forename", WILHELMARA.at_last.name.first_forename),
    *(
        "--date-of-birth",
        str(WILHELMARA.at_last.date_of_birth),
        "--postcode",
        WILHELMARA.at_last.address.postcode or "",
    ),
)
"""Her, as somebody would describe her who knows her from before."""

LOOKING: Mapping[str, Callable[[Values], Iterable[Arguments]]] = {
    "check-invariants": lambda _: [(), ("--queries",)],
    "people show": _numbers(),
    "lists show": _lists("--on"),
    "lists movements": lambda values: chain(_lists("--from")(values), ((each,) for each in _OUTSIDE)),
    "transactions show": _ids("transactions"),
    "anomalies list": _with("--kind", lambda values: values.kinds, "--state", "any"),
    "anomalies show": _ids("anomalies"),
    "matters list": lambda values: [("--closed",), *(("--closed", "--nhs", each) for each in values.numbers)],
    "matters show": _ids("matters"),
    "notices list": lambda _: [()],
    "notices show": _ids("notice_files"),
    "work list": lambda values: [(), ("--counts",), *(("--practice", each) for each in values.practices)],
    "monitor run-sheet": _with("--on", lambda values: values.days),
    "monitor balance": lambda values: [(day,) for day in values.days],
    "monitor unanswered": lambda _: [()],
    "links inbox": lambda values: [(ods, *more) for ods in values.practices for more in ((), ("--all",))],
    "links send": lambda _: [("--out-dir", OUT)],
    "removals list": lambda values: [("--closed",), *(("--closed", "--nhs", each) for each in values.numbers)],
    "letters list": lambda values: [(), *(("--nhs", each) for each in values.numbers), ("--batch", "1")],
    "letters show": lambda values: [(str(each),) for each in values.references],
    "vault check": lambda _: [()],
    "numbers status": lambda _: [()],
    "paper list": lambda _: [("--closed",)],
    "paper show": _ids("paper_batches"),
    "match find": lambda values: [_AS_BEFORE, *(("--number", each) for each in values.numbers)],
    "match explain": lambda values: [(one, other) for one in values.numbers for other in values.numbers[:2]],
    "match replay": _ids("transactions"),
}
"""Commands that look, and with what."""

WRITING: Mapping[str, Callable[[Values], Iterable[Arguments]]] = {
    "match sweep": lambda _: [("--all", "--at-most", "0")],
    "people amend": lambda values: [
        (number, "title=Dr", "--reason", "because") for number in (*values.numbers[:2], UNKNOWN_NUMBER)
    ],
    "anomalies decide": lambda values: [
        (case, "accept", values.numbers[0], "--version", str(values.versions.get(case, 1)), "--reason", "because")
        for case in values.rows["anomalies"]
    ],
}
"""Commands that write: as a clerk might try with the old number."""

LEFT_OUT: Mapping[str, str] = {
    "run": "serves; what it serves is walked by its routes",
    "serve": "serves; what it serves is walked by its routes",
    "worker": "works; what it logs is looked at by its jobs",
    "migrate": "changes the schema",
    "numbers refill": "has numbers set aside that are nobody's",
    "openapi": "writes the description of the API, which is walked as /openapi.json",
    "tokens issue": "makes a token",
    "clients register": "registers a system; what is kept of it is of nobody",
    "clients list": "shows systems and their keys",
    "clients show": "shows systems and their keys",
    "clients rotate-keys": "shows systems and their keys",
    "clients revoke": "ends a system's tokens",
    "practices import": "reads a file, and tells of its lines",
    "places import": "reads a file, and tells of its lines",
    "people import": "reads a file, and tells of its lines by their place and field",
    "notices load": "reads a file; what became of its lines is walked by `notices show`",
    "links show": "reads files without the register",
    "match train": "reads everybody, and tells how often levels of agreement are met, and weights",
    "match dedupe": "reads files without the register",
    "match link": "reads files without the register",
    "match evaluate": "reads files without the register",
    "demo write": "writes files without the register",
    "links write": "reads a file without the register",
    "links receive": "reads files of practices; what it answers is walked by `links send`",
    "pds load": "the national side as development imagines it: the world outside",
    "pds show": "the national side as development imagines it: the world outside",
    "pds outage": "the national side as development imagines it: the world outside",
    "jobs run": "does what is due, as every world does before it is walked",
    "demo load": "fills an empty register",
    "demo year": "fills an empty register",
    "dev restore": "empties the register",
    "match rebuild-keys": "tells how many people's keys were made anew, and nothing else",
    "vault setup": "makes the vault where there is none",
    "vault rotate": "seals the vault anew",
    "monitor sign": "the act of that name is walked",
    "returned-mail scan-file": "reads a file; the act scan-many is walked",
}
"""Commands that are not walked, and why nothing is lost."""


class CommandWalker:
    """Gives the commands of one world, in this process, with the clock of the world."""

    def __init__(self, values: Values, walk: Walk) -> None:
        self.values, self.walk = values, walk
        self.commands = commands_of(app)
        acts = {f"{group} {name}": act for (group, name), act in acts_by_name().items()}
        self.acts = {name: act for name, act in acts.items() if name not in LEFT_OUT}

    def unknown(self) -> list[str]:
        """Commands that nobody has told the walk about."""
        known = {*LOOKING, *WRITING, *LEFT_OUT, *self.acts}
        return [each.name for each in self.commands if each.name not in known]

    async def look(self, only: Callable[[str], bool] = lambda _: True) -> None:
        """Every command that looks, in words and in JSON."""
        chosen = [each for each in self.commands if each.name in LOOKING and only(each.name)]
        await self._run((each, LOOKING[each.name](self.values)) for each in chosen)

    async def act(self) -> None:
        """Every act by its command, about a few; and the commands that write. What acts answer, their routes show."""
        acts = ((each, self._act(each.name)) for each in self.commands if each.name in self.acts)
        await self._run((each, islice(choices, MOST_ACTS)) for each, choices in acts)
        await self._run((each, WRITING[each.name](self.values)) for each in self.commands if each.name in WRITING)

    async def _run(self, lines: Iterable[tuple[Command, Iterable[Arguments]]]) -> None:
        await asyncio.to_thread(self._run_all, lines)

    def _run_all(self, lines: Iterable[tuple[Command, Iterable[Arguments]]]) -> None:
        runner = CliRunner()
        with self._in_world():
            for command, choices in lines:
                for arguments in choices:
                    done = self._run_one(runner, command, arguments)
                    if done == 0 and "--json" in command.options:
                        self._run_one(runner, command, (*arguments, "--json"))

    def _run_one(self, runner: CliRunner, command: Command, arguments: Arguments) -> int:
        with TemporaryDirectory() as folder:
            given = [folder if each == OUT else each for each in arguments]
            done = runner.invoke(app, [*command.words, *given])
            broke_down = done.exception is not None and not isinstance(done.exception, SystemExit)
            self.walk.statuses[command.name].add(500 if broke_down else done.exit_code)
            asked = f"{' '.join(arguments)} -> {done.exit_code}"
            self.walk.look(f"registry {command.name}", done.output_bytes, asked)
            self.walk.look(f"registry {command.name} (standard error)", done.stderr_bytes or b"", asked)
            if broke_down:
                self.walk.look(f"registry {command.name} (exception)", repr(done.exception), asked)
            for path in Path(folder).rglob("*"):
                if path.is_file():
                    self.walk.look(f"registry {command.name} (files)", path.name.encode() + path.read_bytes(), asked)
        return done.exit_code

    @contextmanager
    def _in_world(self) -> Iterator[None]:
        """Commands find the world's database, and its time."""
        world = self.values.world
        told = {"DATABASE_URL": world.database.url}
        with patch.dict(os.environ, told), patch.object(SystemClock, "now", lambda _: world.clock.now()):
            settings.cache_clear()
            yield
        settings.cache_clear()

    def _act(self, name: str) -> Iterator[Arguments]:
        schema = self.acts[name].asked.model_json_schema()
        fields = whole(schema, schema.get("$defs", {})).get("properties", {})
        choices = {field: self.values.named(field, each, name) for field, each in fields.items()}
        required = [field for field in schema.get("required", ()) if choices[field]]
        varied = next((field for field in ("nhs_number", "id", "number") if field in fields), None)
        for value in choices[varied] if varied else [None]:
            said = {field: choices[field][0] for field in required} | ({varied: value} if varied else {})
            if "version" in said:
                said["version"] = self.values.versions.get(str(said.get("id")), 1)
            yield tuple(_as_typed(said))


def _as_typed(said: Mapping[str, Any]) -> Iterator[str]:
    """Fields as they are typed: a number or id in its place, everything else as an option."""
    for name, value in said.items():
        option = f"--{name.rstrip('_').replace('_', '-')}"
        if name in ("nhs_number", "id", "batch"):
            yield str(value)
        elif isinstance(value, bool):
            yield option if value else f"--no-{option[2:]}"
        elif isinstance(value, list):
            for each in value:
                yield from (
                    option,
                    ",".join(str(part) for part in each.values()) if isinstance(each, dict) else str(each),
                )
        else:
            yield from (option, str(value))
