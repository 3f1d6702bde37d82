"""Every rule of PATCH by its code and its words; whatever is refused changes nothing."""

from typing import Any

from tests.fhir_api.conftest import Fhir, code_of
from tests.fhir_api.people.patching import (
    BIRTH_PLACE,
    DISPENSER,
    PHARMACY,
    REMOVAL,
    add,
    address,
    checked,
    name,
    notice,
    paf_key,
    pharmacy,
    remove,
    replace,
)
from tests.fhir_api.population import ADA, BELLA, DEAD, NOBODY, OLD_NUMBER, RESTRICTED

Refused = tuple[str, list[Any], int, str, str]

N1, N2 = replace("/name/0/id", "n1"), replace("/name/1/id", "n2")
A1 = replace("/address/0/id", "a1")
FUTURE = "2999-01-01"
LONG_AGO = {"start": "2001-01-01"}

SHAPES: list[Refused] = [
    ("no op", [{"path": "/gender"}], 400, "MISSING_VALUE", "'0/op'"),
    ("no path", [{"op": "remove"}], 400, "MISSING_VALUE", "'0/path'"),
    ("no value", [{"op": "add", "path": "/gender"}], 400, "MISSING_VALUE", "'0/value'"),
    ("null", [replace("/gender", None)], 400, "MISSING_VALUE", "'0/value'"),
    ("null within", [add("/name/-", {"use": None})], 400, "MISSING_VALUE", "'0/value'"),
    ("unknown op", [replace("/gender", "male"), {"op": "bad_value", "path": "/gender"}], 400, "INVALID_VALUE",
     "'bad_value' in field '1/op'"),
    ("move", [{"op": "move", "path": "/gender", "from": "/id"}], 400, "INVALID_VALUE", "'move' in field '0/op'"),
    ("copy", [{"op": "copy", "path": "/gender", "from": "/id"}], 400, "INVALID_VALUE", "'copy' in field '0/op'"),
    ("more members", [{**replace("/gender", "male"), "note": "x"}], 400, "ADDITIONAL_PROPERTIES", "'note'"),
    ("no operation", ["x"], 400, "INVALID_VALUE", "in field '0'"),
    ("path is a number", [{"op": "remove", "path": 7}], 400, "INVALID_VALUE", "'0/path'"),
    ("whole resource", [replace("", {})], 400, "INVALID_VALUE", "'0/path'"),
    ("no pointer", [replace("gender", "male")], 400, "INVALID_VALUE", "'gender' in field '0/path'"),
    ("too many", [replace("/gender", "male")] * 101, 400, "TOO_MANY_VALUES_SUBMITTED", "patches"),
    ("bell", [replace("/gender", "ma\ale")], 400, "UNSUPPORTED_CHARACTERS_IN_FIELD", "'0/value'"),
    ("long", [replace("/gender", "m" * 201)], 400, "INVALID_VALUE", "'0/value'"),
]  # fmt: skip

BASES: list[Refused] = [
    ("practice", [replace("/generalPractitioner/0/identifier/value", "Y90102")], 403, "FORBIDDEN_UPDATE", "acceptance"),
    ("practice away", [remove("/generalPractitioner/0")], 403, "FORBIDDEN_UPDATE", "deduction-request"),
    ("number", [replace("/id", NOBODY)], 403, "FORBIDDEN_UPDATE", "'/id'"),
    ("identifier", [replace("/identifier/0/value", NOBODY)], 403, "FORBIDDEN_UPDATE", "'/identifier'"),
    ("label", [replace("/meta/security/0/code", "R")], 403, "FORBIDDEN_UPDATE", "'/meta'"),
    ("link", [add("/link/-", {})], 403, "FORBIDDEN_UPDATE", "'/link'"),
    ("not kept", [add("/maritalStatus", {"text": "x"})], 403, "FORBIDDEN_UPDATE", "'/maritalStatus'"),
    ("unknown", [add("/year", 1)], 400, "ADDITIONAL_PROPERTIES", "'year' was unexpected"),
    ("whole list", [replace("/name", [])], 400, "INVALID_UPDATE", "one by one"),
    ("list away", [remove("/address")], 400, "INVALID_UPDATE", "one by one"),
    ("below a value", [replace("/gender/x", "male")], 400, "INVALID_UPDATE", "nothing below '/gender'"),
]

ENGINE: list[Refused] = [
    ("no selector", [replace("/address/0/line/0", "1 Elsewhere")], 400, "INVALID_UPDATE",
     "no id or url found for path with root /address/0"),
    ("no selector, whole", [replace("/address/0", address("", "1 Mill Lane", "", "Otterford"))], 400, "INVALID_UPDATE",
     "no id or url found for path with root /address/0"),
    ("no selector, add", [add("/name/0/suffix/-", "MBE")], 400, "INVALID_UPDATE",
     "no id or url found for path with root /name/0"),
    ("no url", [replace("/extension/0/valueReference/identifier/value", "Y93333")], 400, "INVALID_UPDATE",
     "no id or url found for path with root /extension/0"),
    ("selector elsewhere", [N1, replace("/address/0/line/0", "1 Elsewhere")], 400, "INVALID_UPDATE",
     "no id or url found for path with root /address/0"),
    ("unknown id", [replace("/address/0/id", "123456"), replace("/address/0/line/0", "1 Elsewhere")], 400,
     "INVALID_UPDATE", "no 'address' resources with object id '123456'"),
    ("unknown id alone", [replace("/address/0/id", "123456")], 400, "INVALID_UPDATE",
     "no 'address' resources with object id '123456'"),
    ("unknown id in the value", [replace("/address/0", address("", "1", "", "X", id="123456"))], 400, "INVALID_UPDATE",
     "no 'address' resources with object id '123456'"),
    ("another's id", [replace("/address/0/id", "a2"), replace("/address/0/line/0", "1 Elsewhere")], 400,
     "INVALID_UPDATE", "'/address/0' has another id"),
    ("unknown url", [replace("/extension/0/url", DISPENSER), replace("/extension/0/valueReference", {})], 400,
     "INVALID_UPDATE", "no 'extension' resources with url"),
    ("id is no text", [replace("/name/0/id", 7), replace("/name/0/family", "Q")], 400, "INVALID_VALUE", "name/0/id"),
    ("bad index", [replace("/address/2/id", "a1"), replace("/address/2/line/0", "x")], 400, "INVALID_UPDATE",
     "Invalid patch - index '2' is out of bounds"),
    ("bad index, whole", [replace("/address/2", address("", "1", "", "X", id="a1"))], 400, "INVALID_UPDATE",
     "Invalid patch - index '2' is out of bounds"),
    ("no index", [replace("/address/01/id", "a1"), replace("/address/01/line/0", "x")], 400, "INVALID_UPDATE",
     "index '01' is out of bounds"),
    ("add at an index", [add("/name/1", name())], 400, "INVALID_UPDATE", "'/name/-'"),
    ("add with an id", [add("/name/-", name(id="77"))], 400, "INVALID_UPDATE", "without id"),
    ("add no object", [add("/telecom/-", "01632960000")], 400, "INVALID_VALUE", "telecom/2"),
    ("remove untested", [remove("/name/0/prefix/0")], 400, "INVALID_UPDATE",
     "removal '/name/0/prefix/0' is not immediately preceded by equivalent test - instead it is the first item"),
    ("remove after another", [checked("/name/0/id", "n1"), remove("/name/1")], 400, "INVALID_UPDATE",
     "removal '/name/1' is not immediately preceded by equivalent test - instead it is preceded by 'test'"),
    ("remove too late", [checked("/name/1/id", "n2"), replace("/gender", "male"), remove("/name/1")], 400,
     "INVALID_UPDATE", "instead it is preceded by 'replace' of '/gender'"),
    ("remove, test fails", [checked("/name/1/id", "n9"), remove("/name/1")], 400, "INVALID_UPDATE",
     "test of '/name/1/id' failed"),
    ("test fails", [replace("/gender", "male"), checked("/gender", "female")], 400, "INVALID_UPDATE", "failed"),
    ("test of nothing", [checked("/name/0/nick", "x")], 400, "INVALID_UPDATE", "can't test non-existent object 'nick'"),
    ("true is no 1", [checked("/multipleBirthInteger", True)], 400, "INVALID_UPDATE", "failed"),
    ("remove nothing", [checked("/name/0/id", "n1"), remove("/name/0/suffix/3")], 400, "INVALID_UPDATE",
     "can't remove non-existent object '3'"),
    ("remove no item", [checked("/contact/1/id", "n1"), remove("/contact/1")], 400, "INVALID_UPDATE",
     "can't remove non-existent object '1'"),
    ("remove no single", [remove("/deceasedDateTime")], 400, "INVALID_UPDATE",
     "can't remove non-existent object 'deceasedDateTime'"),
    ("replace nothing", [N1, replace("/name/0/text", "x")], 400, "INVALID_UPDATE",
     "can't replace non-existent object 'text'"),
    ("replace below text", [N1, replace("/name/0/family/0", "x")], 400, "INVALID_UPDATE",
     "can't replace non-existent object '0'"),
    ("add below nothing", [N1, add("/name/0/period2/start", "x")], 400, "INVALID_UPDATE",
     "can't add non-existent object 'period2'"),
    ("id away", [checked("/name/0/id", "n1"), remove("/name/0/id")], 400, "INVALID_UPDATE", "keeps its id"),
    ("url twice", [add("/extension/-", pharmacy("Y93333"))], 400, "INVALID_UPDATE", "replace it"),
    ("no url", [add("/extension/-", {"valueString": "x"})], 400, "MISSING_VALUE", "extension/2/url"),
    ("six lines", [A1, replace("/address/0/line", ["1", "2", "3", "4", "5", "6"])], 400, "TOO_MANY_VALUES_SUBMITTED",
     "line"),
    ("no free line", [A1, add("/address/0/line/0", "x"), add("/address/0/line/0", "y")], 400, "INVALID_UPDATE",
     "no free line"),
]  # fmt: skip

NAMES: list[Refused] = [
    ("second usual", [add("/name/-", name("usual"))], 403, "FORBIDDEN_UPDATE", "multiple usual names cannot be added"),
    ("usual away", [checked("/name/0/id", "n1"), remove("/name/0")], 403, "FORBIDDEN_UPDATE", "usual name"),
    ("usual to old", [N1, replace("/name/0/use", "old")], 403, "FORBIDDEN_UPDATE", "usual name"),
    ("change of usual", [N1, replace("/name/0/use", "old"), N2, replace("/name/1/use", "usual")], 403,
     "FORBIDDEN_UPDATE", "usual name"),
    ("usual ends", [N1, add("/name/0/period/end", "2026-01-01")], 403, "FORBIDDEN_UPDATE", "no end date"),
    ("no use", [add("/name/-", {"family": "Q"})], 400, "MISSING_VALUE", "name/2/use"),
    ("use unknown", [add("/name/-", name("banana"))], 400, "INVALID_VALUE", "'banana' in field 'name/2/use'"),
    ("unknown member", [add("/name/-", name(nick="x"))], 400, "ADDITIONAL_PROPERTIES", "'nick'"),
    ("not kept of usual", [N1, add("/name/0/text", "Ada Quill")], 400, "ADDITIONAL_PROPERTIES", "'text'"),
    ("no family", [checked("/name/0/id", "n1"), remove("/name/0/family")], 400, "MISSING_VALUE", "name/0/family"),
    ("nothing", [add("/name/-", {"use": "nickname"})], 400, "MISSING_VALUE", "name/2/family"),
    ("six given", [N1, replace("/name/0/given", ["A", "B", "C", "D", "E", "F"])], 400, "TOO_MANY_VALUES_SUBMITTED",
     "name/0/given"),
    ("given is a text", [N1, replace("/name/0/given", "Ada")], 400, "INVALID_VALUE", "name/0/given"),
    ("digits", [N1, replace("/name/0/family", "Qu1ll")], 400, "UNSUPPORTED_CHARACTERS_IN_FIELD", "name/0/family"),
    ("brackets", [add("/name/-", name("nickname", "Quill", "<b>"))], 400, "UNSUPPORTED_CHARACTERS_IN_FIELD",
     "name/2/given/0"),
    ("blank", [N1, replace("/name/0/family", " ")], 400, "INVALID_VALUE", "name/0/family"),
    ("too long", [N1, replace("/name/0/family", "Q" * 36)], 400, "INVALID_VALUE", "name/0/family"),
]  # fmt: skip

LIFE: list[Refused] = [
    ("gender away", [remove("/gender")], 403, "FORBIDDEN_UPDATE", "remove 'gender'"),
    ("gender other", [replace("/gender", "other")], 400, "INVALID_VALUE", "'other' in field 'gender'"),
    ("gender unheard of", [replace("/gender", "banana")], 400, "INVALID_VALUE", "'banana' in field 'gender'"),
    ("gender an object", [replace("/gender", {"a": 1})], 400, "INVALID_VALUE", "'gender'"),
    ("birth away", [remove("/birthDate")], 403, "FORBIDDEN_UPDATE", "remove 'birthDate'"),
    ("born tomorrow", [replace("/birthDate", FUTURE)], 400, "INVALID_VALUE", "'birthDate'"),
    ("born in a year", [replace("/birthDate", "1980")], 400, "INVALID_VALUE", "'1980' in field 'birthDate'"),
    ("no day", [replace("/birthDate", "1980-02-30")], 400, "INVALID_VALUE", "'birthDate'"),
    ("birth a list", [replace("/birthDate", ["1980-01-01"])], 400, "INVALID_VALUE", "'birthDate'"),
    ("twins", [replace("/multipleBirthInteger", 10)], 400, "INVALID_VALUE", "multipleBirthInteger"),
    ("no twin", [replace("/multipleBirthInteger", 0)], 400, "INVALID_VALUE", "multipleBirthInteger"),
    ("true", [replace("/multipleBirthInteger", True)], 400, "INVALID_VALUE", "multipleBirthInteger"),
    ("huge", [replace("/multipleBirthInteger", 10**30)], 400, "INVALID_VALUE", "multipleBirthInteger"),
    ("death unnoticed", [add("/deceasedDateTime", "2026-10-22T00:00:00+00:00")], 400, "INVALID_UPDATE",
     "DeathNotificationStatus"),
    ("death undated", [add("/extension/-", notice("1"))], 400, "MISSING_VALUE", "deceasedDateTime"),
    ("formal", [add("/extension/-", notice("2")), add("/deceasedDateTime", "2026-10-22")], 403, "FORBIDDEN_UPDATE",
     "registrar"),
    ("another zone", [add("/extension/-", notice("1")), add("/deceasedDateTime", "2026-10-22T00:00:00+01:00")], 400,
     "INVALID_VALUE", "deceasedDateTime"),
    ("zulu", [add("/extension/-", notice("1")), add("/deceasedDateTime", "2026-10-22T00:00:00Z")], 400,
     "INVALID_VALUE", "deceasedDateTime"),
    ("to die", [add("/extension/-", notice("1")), add("/deceasedDateTime", FUTURE)], 400, "INVALID_VALUE", "deceased"),
    ("before birth", [add("/extension/-", notice("1")), add("/deceasedDateTime", "1900-01-01")], 400, "INVALID_UPDATE",
     "before birthDate"),
    ("status unknown", [add("/extension/-", notice("9")), add("/deceasedDateTime", "2026-10-22")], 400,
     "INVALID_VALUE", "'9'"),
    ("death and more", [add("/extension/-", notice("1")), add("/deceasedDateTime", "2026-10-22"),
     add("/name/-", name())], 400, "INVALID_UPDATE", "request of its own"),
]  # fmt: skip

PLACES: list[Refused] = [
    ("second home", [add("/address/-", address("", "1 New Road", "", "Otterford", ""))], 403, "FORBIDDEN_UPDATE",
     "multiple home"),
    ("home away", [checked("/address/0/id", "a1"), remove("/address/0")], 403, "FORBIDDEN_UPDATE", "replaced"),
    ("home over", [A1, add("/address/0/period/end", "2020-01-01")], 403, "FORBIDDEN_UPDATE", "ended"),
    ("no town", [A1, replace("/address/0/line", ["", "1 New Road"])], 400, "INVALID_UPDATE", "line 4"),
    ("no road", [A1, replace("/address/0/line", ["", "", "", "Otterford"])], 400, "INVALID_UPDATE", "line 1"),
    ("no lines", [checked("/address/0/id", "a1"), remove("/address/0/line")], 400, "INVALID_UPDATE", "line 1"),
    ("key without postcode", [replace("/address/0", address("1 New Road", id="a1", postcode=None,
     extension=[paf_key("9876543")]))], 400, "INVALID_UPDATE", "line 4"),
    ("postcode", [A1, replace("/address/0/postalCode", "QQQ")], 400, "INVALID_VALUE", "'QQQ'"),
    ("line too long", [A1, replace("/address/0/line/0", "x" * 36)], 400, "INVALID_VALUE", "address/0/line"),
    ("line a number", [A1, replace("/address/0/line/0", 7)], 400, "INVALID_VALUE", "address/0/line"),
    ("not kept of home", [A1, add("/address/0/city", "Otterford")], 400, "ADDITIONAL_PROPERTIES", "'city'"),
    ("no use", [add("/address/-", {"line": ["", "1 New Road", "", "X"]})], 400, "MISSING_VALUE", "address/2/use"),
    ("starts tomorrow", [add("/name/-", name(period={"start": FUTURE}))], 400, "INVALID_VALUE", "name/2/period/start"),
    ("no start", [add("/name/-", name(period={"end": "2020-01-01"}))], 400, "MISSING_VALUE", "name/2/period/start"),
    ("ends first", [add("/name/-", name(period={"start": "2020-01-02", "end": "2020-01-01"}))], 400, "INVALID_UPDATE",
     "before its start"),
    ("period is text", [add("/name/-", name(period="2020"))], 400, "INVALID_VALUE", "name/2/period"),
    ("temporary for long", [add("/address/-", address("", "1 New Road", "", "Otterford", use="temp",
     period={"start": "2026-10-01", "end": "2026-12-31"}))], 400, "INVALID_UPDATE", "at most 90 days"),
    ("letters for long", [add("/address/-", address("", "1 New Road", "", "Otterford", use="billing",
     period={"start": "2026-10-01", "end": "2027-10-31"}))], 400, "INVALID_UPDATE", "at most 366 days"),
    ("telecom without system", [add("/telecom/-", {"value": "01632960000"})], 400, "MISSING_VALUE", "telecom/2/system"),
    ("telecom banana", [add("/telecom/-", {"system": "banana", "value": "1"})], 400, "INVALID_VALUE", "'banana'"),
    ("extension unknown", [add("/extension/-", {"url": "https://example.com/x", "valueString": "x"})], 400,
     "INVALID_VALUE", "extension/2/url"),
    ("two values", [add("/extension/-", {**pharmacy("Y9", DISPENSER), "valueString": "x"})], 400, "INVALID_VALUE", ""),
    ("removal", [add("/extension/-", {"url": REMOVAL, "extension": []})], 403, "FORBIDDEN_UPDATE", "deduction-request"),
    ("nowhere", [replace("/extension/1/url", BIRTH_PLACE), replace("/extension/1/valueAddress", {"line": ["x"]})], 400,
     "MISSING_VALUE", "valueAddress"),
]  # fmt: skip


async def refused(fhir: Fhir, table: list[Refused], number: str = ADA) -> None:
    before = (await fhir.get(f"Patient/{number}")).json()
    for case, patches, status, code, words in table:
        answer = await fhir.patch(number, patches)
        said = answer.json()["issue"][0].get("diagnostics", "")
        assert (answer.status_code, code_of(answer)) == (status, code), f"{case}: {answer.text}"
        assert words in said, f"{case}: {said}"
    assert (await fhir.get(f"Patient/{number}")).json() == before


async def test_operations_that_are_none(fhir: Fhir):
    await refused(fhir, SHAPES)


async def test_what_is_not_amended(fhir: Fhir):
    await refused(fhir, BASES)


async def test_operations_that_cannot_be_applied(fhir: Fhir):
    # Ada's own order of extensions is that of the answer: the place of birth comes first.
    await refused(fhir, [_as_answered(each) for each in ENGINE])


async def test_names_that_cannot_be(fhir: Fhir):
    await refused(fhir, NAMES)


async def test_sex_birth_and_death_that_cannot_be(fhir: Fhir):
    await refused(fhir, LIFE)


async def test_addresses_periods_and_extensions_that_cannot_be(fhir: Fhir):
    await refused(fhir, [_as_answered(each) for each in PLACES])


def _as_answered(case: Refused) -> Refused:
    """The extensions as they are answered: birth place, then the pharmacy."""
    swapped = {"/extension/0": "/extension/1", "/extension/1": "/extension/0"}
    patches = [
        {**each, "path": swapped.get(each["path"][:12], each["path"][:12]) + each["path"][12:]}
        if each.get("path", "").startswith("/extension/") and case[0] in ("unknown url", "nowhere") else each
        for each in case[1]
    ]  # fmt: skip
    return (case[0], patches, *case[2:])


async def test_bodies_of_any_other_shape(fhir: Fhir):
    headers = {"If-Match": 'W/"1"', "Content-Type": "application/json-patch+json"}
    for body, status, code, words in [
        (b"{}", 400, "INVALID_UPDATE", "No patches found"),
        (b"[]", 400, "INVALID_UPDATE", "No patches found"),
        (b"", 400, "INVALID_UPDATE", "No patches found"),
        (b'{"patches": []}', 400, "INVALID_UPDATE", "No patches found"),
        (b'{"patches": {}}', 400, "INVALID_VALUE", "patches"),
        (b'{"patches": [], "more": 1}', 400, "ADDITIONAL_PROPERTIES", "'more'"),
        (b'"x"', 400, "INVALID_VALUE", "patches"),
        (b"{", 400, "INVALID_VALUE", "JSON"),
        (b'[{"op":"replace","path":"/gender","value":"\\ud800"}]', 400, "INVALID_VALUE", "JSON"),
        (b'[{"op":"replace","path":"/gender","value":' + b"[" * 500 + b"]" * 500 + b"}]", 400, "INVALID_VALUE", "deep"),
        (b"\xff\xfe", 400, "INVALID_VALUE", "JSON"),
    ]:
        answer = await fhir.ask("PATCH", f"Patient/{ADA}", headers={**headers}, content=body)
        assert (answer.status_code, code_of(answer)) == (status, code), (body[:60], answer.text)
        assert words in answer.text, body[:60]


async def test_other_kinds_of_body_are_a_service_that_is_not_offered(fhir: Fhir):
    for kind in ("application/fhir+json", "text/plain", "application/merge-patch+json", None):
        headers = {"If-Match": 'W/"1"', "Content-Type": kind}
        answer = await fhir.ask("PATCH", f"Patient/{ADA}", headers=headers, content=b'{"patches": []}')
        assert (answer.status_code, code_of(answer)) == (400, "UNSUPPORTED_SERVICE"), kind


async def test_the_order_of_checks(fhir: Fhir):
    fine, bad = [add("/name/-", name())], [remove("/gender")]
    for number, patches, version, who, status, code in [
        ("12", bad, None, "staff", 400, "INVALID_RESOURCE_ID"),
        (NOBODY, [], None, "staff", 412, "PRECONDITION_FAILED"),
        (NOBODY, [], 1, "staff", 400, "INVALID_UPDATE"),
        (NOBODY, bad, 1, "staff", 404, "RESOURCE_NOT_FOUND"),
        (ADA, bad, 77, "staff", 409, "RESOURCE_VERSION_MISMATCH"),
        (ADA, bad, 1, "staff", 403, "FORBIDDEN_UPDATE"),
        (OLD_NUMBER, fine, 1, "staff", 409, "CONFLICT"),
        (ADA, fine, 1, "app", 403, "INVALID_METHOD"),
        (ADA, fine, 1, "app-read", 403, "INVALID_METHOD"),
        (ADA, fine, 1, "nobody", 401, "ACCESS_DENIED"),
    ]:
        answer = await fhir.patch(number, patches, version, who)
        assert (answer.status_code, code_of(answer)) == (status, code), (number, who, answer.text)
    assert "superseded" in (await fhir.patch(OLD_NUMBER, fine)).text


async def test_a_death_of_the_registrars_is_not_touched(fhir: Fhir):
    [version] = [each[0] for each in await fhir.rows("select version from patients where nhs_number = :n", n=DEAD)]
    for patches in (
        [remove("/deceasedDateTime")],
        [replace("/deceasedDateTime", "2020-02-03")],
        [replace("/extension/0", notice("1"))],
        [checked("/extension/0/url", notice("2")["url"]), remove("/extension/0"), remove("/deceasedDateTime")],
    ):
        answer = await fhir.patch(DEAD, patches, version, "office")
        assert (answer.status_code, code_of(answer)) == (403, "FORBIDDEN_UPDATE"), answer.text


async def test_where_somebody_restricted_is_cannot_be_amended_or_guessed(fhir: Fhir):
    for patches in (
        [add("/address/-", address("", "1 New Road", "", "Otterford", ""))],
        [replace("/address/0/id", "a1"), replace("/address/0/line/0", "x")],
        [add("/telecom/-", {"system": "phone", "value": "01632960000"})],
        [add("/extension/-", pharmacy("Y93333"))],
        [add("/contact/-", {"name": {"family": "Q"}})],
        [add("/multipleBirthInteger", 2)],
        [add("/extension/-", notice("1")), add("/deceasedDateTime", "2026-10-22")],
    ):
        for who in ("staff", "there", "office"):
            answer = await fhir.patch(RESTRICTED, patches, who=who)
            assert (answer.status_code, code_of(answer)) == (403, "FORBIDDEN_UPDATE"), answer.text
    guesses = [checked("/address/0/postalCode", each) for each in ("ZX2 1AA", "ZX9 9ZZ")]
    right, wrong = [(await fhir.patch(RESTRICTED, [each])).json() for each in guesses]
    assert right == wrong


async def test_a_refusal_is_audited_and_names_nobody(fhir: Fhir):
    await fhir.patch(BELLA, [remove("/gender")])
    [(subject,)] = await fhir.rows("select subject from audit_events order by id desc limit 1")
    assert subject["code"] == "FORBIDDEN_UPDATE" and BELLA not in str(subject)
    assert PHARMACY not in str(subject)
