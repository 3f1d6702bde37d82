"""How every table of figures looks."""

from rich.table import Table


def table_of(title: str, *columns: str) -> Table:
    """A plain table with figures to the right."""
    table = Table(
        title=f"\n{title}", title_justify="left", caption_justify="left", header_style="bold", box=None, min_width=118
    )
    for place, column in enumerate(columns):
        table.add_column(column, justify="left" if place == 0 else "right")
    return table
