"""The weights in use: what each level of agreement is worth, as log2 of a likelihood ratio.

Two columns a field. `same` is log2(m/u): how much oftener the level is met between two records
of one person than between two random people. `household` is log2(h/u): how much oftener between
two people of one household than between random ones. The second column is what keeps a son out
of his father's record: an equal surname at an equal address is nearly as usual for a household
as for one person.

Two sets, because a number stated on a form is nearly always right, while duplicates in a register
mostly exist because their numbers differ. The figures are data: `model/shipped.json`, which tells
where they come from, or the file that the settings name. They are read once.
"""

from collections.abc import Mapping

from registry.matching.levels import Field
from registry.matching.model.load import model_in_use
from registry.matching.model.parts import Model, WeightSet
from registry.settings import settings

__all__ = ["AVERAGE_RATES", "BATCH", "INCOMING", "IN_USE", "MODEL_VERSION", "WeightSet"]

IN_USE: Model = model_in_use(settings().model)
"""The model by which the register matches."""

MODEL_VERSION = IN_USE.version

INCOMING: WeightSet = IN_USE.incoming
"""For a described person against the register."""

BATCH: WeightSet = IN_USE.batch
"""For two records of the register."""

AVERAGE_RATES: Mapping[Field, float] = IN_USE.average_rates
"""The rate of a value in general that the weights of an equal forename, surname and postcode contain."""
