"""`registry match train`: learn the weights of a register or file, within bounds."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.console import REFUSED, UNUSABLE, AsJson, Stop, bars, on_register, print_json, print_table

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from registry.matching.batch.records import Records
    from registry.matching.model.bounds import Breach
    from registry.matching.model.parts import Model

    RecordsOfRegister = Callable[[AsyncConnection], Awaitable[Records]]
    """Reads everybody who takes part in a search for duplicates."""


class WhichSet(StrEnum):
    """The two sets of weights of a model."""

    BATCH = "batch"
    INCOMING = "incoming"


@dataclass(frozen=True, slots=True)
class Counts:
    """Pairs by `field.level`, of each kind of pair that was learnt from."""

    kinds: tuple[str, ...]
    by_level: dict[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked for, beside where to learn it from."""

    which: str
    duplicate_rate: float
    least: int
    version: str
    out: Path
    as_json: bool


def add_train(app: typer.Typer, records_of_register: "RecordsOfRegister") -> None:
    """Attach `train`. Who is read of the register, and how, is decided higher up the staircase."""

    @app.command("train")
    def train(
        out: Annotated[Path, typer.Option("--out", help="Where the model is written, as JSON.")],
        file: Annotated[Path | None, typer.Argument(help="CSV or Parquet, by its suffix.")] = None,
        id_column: Annotated[str, typer.Option("--id", help="The column that tells the rows of FILE apart.")] = "",
        mapping: Annotated[
            list[str] | None,
            typer.Option("--map", help="FIELD=COLUMN, with :FORMAT after it for a date. Give it repeatedly."),
        ] = None,
        register: Annotated[bool, typer.Option("--register", help="Learn from the people of the register.")] = False,
        from_decisions: Annotated[
            bool, typer.Option("--from-decisions", help="Learn from what people judged of pairs.")
        ] = False,
        which: Annotated[
            WhichSet, typer.Option("--set", help="For described people (incoming), or for duplicates (batch).")
        ] = WhichSet.BATCH,
        duplicate_rate: Annotated[
            float, typer.Option(help="The share of records that are a second one of somebody.", min=0.00001, max=0.3)
        ] = 0.002,
        least: Annotated[int, typer.Option(help="How many judged cases of each kind are enough.", min=50)] = 300,
        version: Annotated[
            str, typer.Option("--name", help="The model's version; made from its figures if not given.")
        ] = "",
        as_json: AsJson = False,
    ) -> None:
        """Learn weights from a file, the register or judged cases, and write a model file.

        No labels are read from a file. A model that leaves its bounds (levels out of order, weights
        far from the shipped ones, far more or fewer matches than the duplicate rate gives) is shown,
        said to be refused, and not written: exit 1.

        registry match train people.parquet --id id --map forename=first --map surname=last
        --map date_of_birth=dob:%d/%m/%Y --map postcode=pc --map address_line_1=street --out model.json
        """
        asked = _Asked(which.value, duplicate_rate, least, version, out, as_json)
        try:
            if [file is not None, register, from_decisions].count(True) != 1:
                raise Stop(UNUSABLE, "give a FILE, --register or --from-decisions, and only one of them")
            if not out.absolute().parent.is_dir():
                raise Stop(UNUSABLE, f"{out.parent} is no directory: make it, or give another --out")
            if file is not None:
                _learn(_records_of_file(file, id_column, mapping or []), asked)
                return
        except Stop as stop:
            typer.echo(stop.sentence, err=True)
            raise typer.Exit(stop.code) from None

        async def work(engine: "AsyncEngine") -> None:
            async with engine.connect() as connection:
                if from_decisions:
                    await _learn_from_decisions(connection, asked)
                else:
                    _learn(await records_of_register(connection), asked)

        on_register(work)


def _records_of_file(file: Path, id_column: str, mapping: list[str]) -> "Records":
    from registry.matching.batch.make_records import read_people
    from registry.matching.batch.read_file import UnusableFile, mapping_of

    if not id_column:
        raise Stop(UNUSABLE, "say with --id which column tells the rows apart")
    try:
        return read_people(file, mapping_of(id_column, mapping)).records
    except UnusableFile as error:
        raise Stop(UNUSABLE, str(error)) from None


def _learn(records: "Records", asked: _Asked) -> None:
    from registry.matching.model.compared import counts_of_evidence
    from registry.matching.model.gather import LEAST_PEOPLE, gather
    from registry.matching.model.learn import learn
    from registry.matching.model.load import SHIPPED

    if len(records) < LEAST_PEOPLE:
        told = f"{len(records):,} people are too few to learn from, {LEAST_PEOPLE:,} are needed: use the shipped model"
        raise Stop(REFUSED, told)
    with ExitStack() as stack:
        evidence = gather(records, SHIPPED, tell=bars(stack))
    training = learn(
        evidence, SHIPPED, set_name=asked.which, duplicate_rate=asked.duplicate_rate, version=asked.version
    )
    figures = {
        "people": evidence.people,
        "pairs compared": int(evidence.candidates.pairs),
        "household pairs": round(training.household_pairs),
        "matches expected": round(training.matches_expected),
        "matches configured": round(training.matches_configured),
    }
    counts = Counts(("by chance", "one address", "candidates"), counts_of_evidence(evidence))
    _answer(training.model, training.breaches, counts, figures, asked)


async def _learn_from_decisions(connection: "AsyncConnection", asked: _Asked) -> None:
    from registry.matching.model.compared import counts_of_decided
    from registry.matching.model.decided import JUDGEMENTS, learn_from_decided, too_few
    from registry.matching.model.decided_levels import decided_levels
    from registry.matching.model.load import SHIPPED

    decided = await decided_levels(connection, asked.which)
    told = too_few(decided, asked.least)
    if told:
        raise Stop(REFUSED, told)
    learnt = learn_from_decided(decided, SHIPPED, set_name=asked.which, least=asked.least, version=asked.version)
    figures = {f"judged {judgement}": decided.cases.get(judgement, 0) for judgement in JUDGEMENTS}
    _answer(learnt.model, learnt.breaches, Counts(JUDGEMENTS, counts_of_decided(decided)), figures, asked)


def _answer(
    model: "Model", breaches: "Sequence[Breach]", counts: "Counts", figures: dict[str, int], asked: _Asked
) -> None:
    """Tell what was learnt, and write it if it may be used."""
    from registry.matching.model.compared import rows_of
    from registry.matching.model.load import SHIPPED, save_model

    rows = rows_of(SHIPPED, model, asked.which, counts.by_level)
    if asked.as_json:
        figures_of = {name.replace(" ", "_"): figure for name, figure in figures.items()}
        said = [breach.sentence for breach in breaches]
        levels = [row.as_json(counts.kinds) for row in rows]
        print_json({"version": model.version, "set": asked.which, **figures_of, "breaches": said, "levels": levels})
    else:
        for name, figure in figures.items():
            typer.echo(f"{name}: {figure:,}")
        heading = f"{asked.which}: weights (log2) of {SHIPPED.version} and of {model.version}"
        columns = ["field", "level", *counts.kinds, "same before", "after", "household before", "after"]
        print_table(heading, columns, (row.as_texts() for row in rows))
    if breaches:
        told = "\n".join(breach.sentence for breach in breaches)
        raise Stop(REFUSED, f"{told}\nthe model is outside its bounds, and {asked.out.name} was not written")
    save_model(model, asked.out)
    typer.echo(f"{model.version} is written to {asked.out}", err=True)
