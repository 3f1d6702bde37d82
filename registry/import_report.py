"""The report of an import, printed while it runs: each refused line, and at the end how many did what."""

import typer


class ImportReport:
    """Prints lines for people, or one JSON object; either way nothing is kept in memory.

    In JSON the object is `{"refused_lines": [{"line", "field", "reason"}, ...], counts...}`.
    """

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._lines = 0

    def refused(self, line: int, field: str, reason: str) -> None:
        """Report a line that was not taken."""
        self._line(line, field, reason)

    def _line(self, line: int, field: str, reason: str) -> None:
        import orjson

        if self._as_json:
            opening = '{"refused_lines": [\n' if self._lines == 0 else ",\n"
            typer.echo(opening + orjson.dumps({"line": line, "field": field, "reason": reason}).decode(), nl=False)
        else:
            typer.echo(f"line {line}: {field} {reason}")
        self._lines += 1

    def end(self, **counts: int) -> None:
        """Print how many lines did what."""
        import orjson

        if self._as_json:
            opening = "\n], " if self._lines else '{"refused_lines": [], '
            typer.echo(opening + orjson.dumps(counts).decode()[1:])
        else:
            typer.echo(", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in counts.items()))
