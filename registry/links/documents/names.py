"""The names in façade documents: systems, extension URLs, parameters. Source: the public GP Links adaptor."""

from collections.abc import Mapping

from registry.values.person import Sex

NHS_NUMBER_SYSTEM = "https://fhir.nhs.uk/Id/nhs-number"
GP_SYSTEM = "https://fhir.hl7.org.uk/Id/gmc-number"
"""Of the doctor's code, although its value is GMC number and local code."""
HA_SYSTEM = "https://digital.nhs.uk/services/nhais/guide-to-nhais-gp-links-documentation"

BIRTHPLACE_URL = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"
DRUGS_URL = "https://fhir.nhs.uk/R4/StructureDefinition/Extension-UKCore-NHAIS-DrugsDispensedMarker"
INSTITUTE_URL = "https://fhir.nhs.uk/R4/StructureDefinition/Extension-UKCore-NHAIS-ResidentialInstituteCode"

GENDERS: Mapping[Sex, str] = {
    Sex.MALE: "male",
    Sex.FEMALE: "female",
    Sex.UNKNOWN: "unknown",
    Sex.NOT_SPECIFIED: "other",
}
SEXES: Mapping[str, Sex] = {gender: sex for sex, gender in GENDERS.items()}

TEXT_PARAMETERS: Mapping[str, str] = {
    "gpTradingPartnerCode": "gp_trading_partner_code",
    "acceptanceCode": "acceptance_code",
    "acceptanceType": "acceptance_type",
    "previousGpName": "previous_gp_name",
    "previousHaCipher": "previous_ha_cipher",
    "deductionReasonCode": "deduction_reason",
    "newHaCipher": "new_ha_cipher",
    "fp69ReasonCode": "fp69_reason",
    "freeText": "free_text",
}
"""Parameters whose value is a text or a code, and their items."""

DATE_PARAMETERS: Mapping[str, str] = {
    "acceptanceDate": "acceptance_date",
    "dateOfUkEntry": "date_of_uk_entry",
    "dateOfUkExit": "date_of_uk_exit",
    "dateOfDeduction": "deduction_date",
    "fp69ExpiryDate": "fp69_expiry",
    "quarterEndDate": "quarter_end",
}
"""Parameters whose value is a date, and their items. The quarter's end is ours: the adaptor drops that message."""

PRACTICE_ORDER = (
    "acceptanceCode",
    "acceptanceType",
    "acceptanceDate",
    "dateOfUkEntry",
    "dateOfUkExit",
    "dateOfDeduction",
    "freeText",
    "deductionReasonCode",
    "previousHaCipher",
    "previousGpName",
    "newHaCipher",
    "fp69ReasonCode",
    "fp69ExpiryDate",
    "quarterEndDate",
)
"""A practice's parameters, between its partner code and the patient."""

AUTHORITY_ORDER = (
    "deductionReasonCode",
    "dateOfDeduction",
    "newHaCipher",
    "fp69ReasonCode",
    "fp69ExpiryDate",
    "freeText",
    "quarterEndDate",
    "acceptanceCode",
    "acceptanceType",
    "acceptanceDate",
    "dateOfUkEntry",
    "dateOfUkExit",
    "previousHaCipher",
    "previousGpName",
)
"""An authority's parameters, after its partner code and the patient: the adaptor's fixed order."""
