"""The few shapes that the picture is made of, as SVG text. What is told apart by colour is told apart by shape too."""

import re
from html import escape

INK = "#1d2a35"
QUIET = "#5b6b78"
FAINT = "#d5dce2"
BAND = "#f4f6f8"
FIRST = "#005a9c"
SECOND = "#a34700"
FONT = "system-ui, 'Segoe UI', 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"

Drawing = list[str]

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def escaped(words: str) -> str:
    """Words as XML has them; control characters, which it cannot have at all, are left out."""
    return escape(_NOT_XML.sub("", words), quote=True)


def tag(name: str, content: str = "", **attributes: str | float) -> str:
    """An element; underscores in the names of attributes become hyphens, numbers get one decimal."""
    said = "".join(f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"' for key, value in attributes.items())
    return f"<{name}{said}>{content}</{name}>" if content else f"<{name}{said}/>"


def text(x: float, y: float, words: str, *, size: float = 13, anchor: str = "start", **attributes: str | float) -> str:
    """Words, their baseline at y. They are escaped."""
    attributes.setdefault("fill", INK)
    return tag("text", escaped(words), x=x, y=y, font_size=size, text_anchor=anchor, **attributes)


def line(x1: float, y1: float, x2: float, y2: float, *, stroke: str = FAINT, width: float = 1, dash: str = "") -> str:
    """A straight line."""
    dashed = {"stroke_dasharray": dash} if dash else {}
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, stroke_width=width, **dashed)


def path(points: list[tuple[float, float]], *, stroke: str = INK, width: float = 2, dash: str = "") -> str:
    """A line through points; nothing where there are fewer than two."""
    if len(points) < 2:
        return ""
    dashed = {"stroke_dasharray": dash} if dash else {}
    through = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return tag(
        "polyline", points=through, fill="none", stroke=stroke, stroke_width=width, stroke_linejoin="round", **dashed
    )


def rectangle(x: float, y: float, width: float, height: float, fill: str) -> str:
    """A filled rectangle."""
    return tag("rect", x=x, y=y, width=width, height=height, fill=fill)


def mark(place: int, x: float, y: float, *, quiet: bool = False) -> str:
    """The mark of the first series, a full disc, or of the second, a hollow diamond."""
    colour = QUIET if quiet else (FIRST, SECOND)[place % 2]
    if place % 2 == 0:
        return tag("circle", cx=x, cy=y, r=4.2, fill=colour)
    corners = f"{x:.1f},{y - 5.4:.1f} {x + 5.4:.1f},{y:.1f} {x:.1f},{y + 5.4:.1f} {x - 5.4:.1f},{y:.1f}"
    return tag("polygon", points=corners, fill="#ffffff", stroke=colour, stroke_width=1.8)


def _value(value: str | float) -> str:
    if isinstance(value, str):
        return escaped(value)
    return f"{value:.1f}".removesuffix(".0")
