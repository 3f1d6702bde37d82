"""Where postcodes are."""

from sqlalchemy import CheckConstraint, Column, Integer, Table, Text

from registry.database import metadata

postcode_places = Table(
    "postcode_places",
    metadata,
    Column("postcode", Text, primary_key=True, comment="In upper case, with one blank."),
    Column("easting", Integer, nullable=False, comment="Metres on the National Grid."),
    Column("northing", Integer, nullable=False),
    CheckConstraint("easting between 0 and 700000 and northing between 0 and 1300000", name="place_is_on_the_grid"),
    comment="Optional; where it holds nothing distances are unknown, and said to be.",
)
