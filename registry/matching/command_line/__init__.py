"""The commands of `registry match` that need no register, and those that ask it who somebody is."""

from registry.console import group
from registry.matching.command_line.dedupe import dedupe
from registry.matching.command_line.evaluate import evaluate
from registry.matching.command_line.link import link

app = group("The matcher: who somebody is, who is there twice, on the register or in any file; and how good it is.")


@app.callback()
def _match() -> None:
    """The matcher: who somebody is, who is there twice, on the register or in any file; and how good it is."""


app.command("dedupe")(dedupe)
app.command("link")(link)
app.command("evaluate")(evaluate)
