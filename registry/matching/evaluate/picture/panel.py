"""A small plot with a frame: where it stands, and the words around it."""

from dataclasses import dataclass

from registry.matching.evaluate.picture.svg import QUIET, Drawing, line, tag, text


@dataclass(frozen=True, slots=True)
class Panel:
    """The area of a plot, without its words."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + self.height


def frame(panel: Panel, title: str, below: str, beside: str) -> Drawing:
    """Title above, the names of both axes, and the two lines that they start from."""
    x, y = panel.left - 44, panel.top + panel.height / 2
    return [
        text(panel.left, panel.top - 32, title, size=16, font_weight="600"),
        text(panel.left + panel.width / 2, panel.bottom + 36, below, size=12, anchor="middle", fill=QUIET),
        tag("g", text(x, y, beside, size=12, anchor="middle", fill=QUIET), transform=f"rotate(-90 {x:.1f} {y:.1f})"),
        line(panel.left, panel.bottom, panel.right, panel.bottom, stroke=QUIET),
        line(panel.left, panel.top, panel.left, panel.bottom, stroke=QUIET),
    ]
