"""The report of an import, printed while it runs: lines that were not taken, and at the end how many were."""

import typer


class ImportReport:
    """Prints a line of text for each, or one JSON object; either way nothing is kept in memory.

    The object is `{"lines": [{"line", "result": "refused", "field", "reason"} or {"line",
    "result": "differs", "fields"}, ...], "added": ..., ...}`.
    """

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._lines = 0

    def refused(self, line: int, field: str, reason: str) -> None:
        """Report a line that was not taken."""
        if self._as_json:
            self._add({"line": line, "result": "refused", "field": field, "reason": reason})
        else:
            typer.echo(f"line {line}: {field} {reason}")

    def differs(self, line: int, fields: tuple[str, ...]) -> None:
        """Report a line about somebody who is held otherwise, and was left so."""
        if self._as_json:
            self._add({"line": line, "result": "differs", "fields": list(fields)})
        else:
            typer.echo(f"line {line}: held already, and left as held; the line differs in {', '.join(fields)}")

    def end(self, **counts: int) -> None:
        """Print how many lines did what, or only end the object where nothing is to be counted."""
        import orjson

        if self._as_json:
            opening = "\n], " if self._lines else '{"lines": [], '
            typer.echo((opening + orjson.dumps(counts).decode()[1:]).replace(", }", "}"))
        elif counts:
            typer.echo(", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in counts.items()))

    def _add(self, line: dict[str, object]) -> None:
        import orjson

        opening = ",\n" if self._lines else '{"lines": [\n'
        typer.echo(opening + orjson.dumps(line).decode(), nl=False)
        self._lines += 1
