"""The evaluation in one picture, drawn as SVG without any library."""
