"""The NHS number as a part of a path."""

from registry.fhir import refusals
from registry.fhir_api.call import Call
from registry.fhir_api.interaction import Parameter
from registry.values.nhs_number import NHSNumber

NHS_NUMBER = Parameter("id", "string", "An NHS number.", "9990000018", "[0-9]{10}", search=False)


def number_of(call: Call) -> NHSNumber:
    """The NHS number in the path. Raises RequestError (400) where it is none."""
    try:
        return NHSNumber(call.path["id"])
    except ValueError:
        raise refusals.invalid_id() from None
