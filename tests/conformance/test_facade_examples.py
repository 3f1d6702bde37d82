"""The public GP Links examples through the façade: what is valid is taken, what is invalid is refused by its cause.

And the other way: what an authority tells a practice comes out of the inbox as the adaptor
would hand it over.
"""

import json
import os
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from registry.app import create_app
from registry.database import Writes, unit_of_work
from registry.links.documents import from_document, normal_form
from registry.links.facade.inbox import TRANSACTION_TYPES, bundle_of
from registry.links.from_messages import PracticeMessage
from registry.links.items import Items, TransactionType
from registry.policies.store import seed
from registry.practices.models import practice_doctors, practices
from registry.practices.store import complete_practices
from registry.security.callers import Role
from registry.security.tokens import issue
from registry.settings import Settings
from registry.transactions.outcome import operation_id
from registry.values.clock import FixedClock
from tests.support import databases

EXAMPLES = Path(os.environ.get("REGISTRY_SHARED", "../shared")) / "gp-links" / "examples"
NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)

pytestmark = pytest.mark.skipif(
    not EXAMPLES.is_dir(), reason="the shared GP Links examples are not at hand (REGISTRY_SHARED)"
)

SENDERS = {
    "TES5": ("Y90001", "XX1", ("4826940,281", "2750922,295", "8880232,G82697")),
    "WHC5": ("Y90002", "BAA", ("4229931,790",)),
}
"""The practices of the examples, by partner code: a code that exists nowhere, the authority, the doctors."""

OPERATIONS = ("acceptance", "removal", "deduction", "PATCH")

CAUSES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "acceptance/acceptance-unknown-recipient.fhir.json": ("invalid", ("HA cipher", "ABCD1")),
    "amendment/amendment-duplicated-extension-patches.json": ("structure", ("patches[3]", "twice")),
    "amendment/amendment-duplicated-patches.json": ("structure", ("patches[1].path", "twice")),
    "amendment/amendment-empty-patches.json": ("structure", ("patches", "at least one")),
    "amendment/amendment-invalid-json-structure.json": ("structure", ("not JSON",)),
    "amendment/amendment-missing-gp-code.json": ("invalid", ("gpCode", "missing")),
    "amendment/amendment-missing-nhs-number.json": ("invalid", ("nhsNumber", "missing")),
    "amendment/amendment.json": ("structure", ("address", "all five lines")),
    "deduction/deduction-invalid-json-structure.fhir.json": ("structure", ("body is needed",)),
    "deduction/deduction-missing-destination-ha-cipher.fhir.json": ("structure", ("managingOrganization", "blank")),
    "deduction/deduction-missing-gp-code.fhir.json": ("structure", ("generalPractitioner", "blank")),
    "deduction/deductionBlankDateOfDeduction.fhir.json": ("structure", ("dateOfDeduction", "blank")),
    "deduction/deductionBlankNhsNumber.fhir.json": ("structure", ("NHS number", "blank")),
    "deduction/deductionEmptyDateOfDeduction.fhir.json": ("structure", ("dateOfDeduction", "blank")),
    "deduction/deductionEmptyNhsNumber.fhir.json": ("structure", ("NHS number", "blank")),
    "deduction/deductionNoDateOfDeduction.fhir.json": ("structure", ("dateOfDeduction", "missing")),
    "deduction/deductionNoNhsNumber.fhir.json": ("structure", ("NHS number", "missing")),
    "deduction/deductionNullDateOfDeduction.fhir.json": ("structure", ("dateOfDeduction", "missing")),
    "deduction/deductionNullNhsNumber.fhir.json": ("structure", ("NHS number", "missing")),
    "removal/removal-missing-gp-code.fhir.json": ("structure", ("generalPractitioner", "blank")),
    "removal/removal-missing-gp-trading-partner-code.fhir.json": ("structure", ("gpTradingPartnerCode", "blank")),
    "removal/removalBlankFreeText.fhir.json": ("structure", ("freeText", "blank")),
    "removal/removalBlankNhsNumber.fhir.json": ("structure", ("NHS number", "blank")),
    "removal/removalEmptyFreeText.fhir.json": ("structure", ("freeText", "blank")),
    "removal/removalEmptyNhsNumber.fhir.json": ("structure", ("NHS number", "blank")),
    "removal/removalNoFreeText.fhir.json": ("structure", ("freeText", "missing")),
    "removal/removalNoNhsNumber.fhir.json": ("structure", ("NHS number", "missing")),
    "removal/removalNullFreeText.fhir.json": ("structure", ("freeText", "missing")),
    "removal/removalNullNhsNumber.fhir.json": ("structure", ("NHS number", "missing")),
}
"""By file: the code, and what the text must name, as the examples' own table has it."""

ANYWHERE = {
    ("other/parameters.json", "acceptance"): ("structure", ("no parameter",)),
    ("other/parameters.json", "removal"): ("structure", ("no parameter",)),
    ("other/parameters.json", "deduction"): ("structure", ("no parameter",)),
    ("other/parameters.json", "PATCH"): ("invalid", ("nhsNumber", "gpCode")),
    **{("other/not-json.xml", operation): ("structure", ("not JSON",)) for operation in OPERATIONS},
}
"""Files that are wrong for every operation."""


def files(pattern: str) -> list[str]:
    return sorted(str(path.relative_to(EXAMPLES)) for path in EXAMPLES.glob(pattern))


VALID = [
    *files("gp-to-ha/acceptance/*.fhir.json"),
    *files("gp-to-ha/amendment/*.fhir.json"),
    *files("gp-to-ha/deduction/*.fhir.json"),
    *files("gp-to-ha/removal/*.fhir.json"),
    *files("gp-to-ha/pcrm/*.json"),
]
INVALID = [
    *((name, name.partition("/")[0].replace("amendment", "PATCH"), *cause) for name, cause in CAUSES.items()),
    *((name, operation, *cause) for (name, operation), cause in ANYWHERE.items()),
]


@dataclass(frozen=True, slots=True)
class Sender:
    """The practices of the examples, in front of the façade."""

    client: httpx.AsyncClient
    database: databases.Database
    tokens: dict[str, str]

    async def send(self, operation: str, body: bytes, number: str = "9999999999", code: str = "TES5") -> httpx.Response:
        patches = operation == "PATCH"
        path = number.replace("/", "%2F") if patches else f"$nhais.{operation}"
        return await self.client.request(
            "PATCH" if patches else "POST",
            f"/fhir/Patient/{path}",
            content=body,
            headers={"authorization": f"Bearer {self.tokens[code]}", "content-type": "application/json"},
        )

    async def used(self) -> tuple[int, ...]:
        """How much there is of everything that a request may leave."""
        tables = ("facade_requests", "transactions", "practice_messages", "anomalies")
        counts = ", ".join(f"(select count(*) from {table})" for table in tables)
        drawn = "(select sum(coalesce(last_value, 0)) from pg_sequences where sequencename like 'facade_number_%')"
        async with self.database.engine.connect() as connection:
            return tuple((await connection.execute(text(f"select {counts}, {drawn}"))).one())


@pytest_asyncio.fixture(scope="module")
async def sender(template: str) -> AsyncIterator[Sender]:
    async with databases.cloned(template) as database:
        clock = FixedClock(NOW)
        app = create_app(Settings(), engine=database.engine, clock=clock)  # pyright: ignore[reportCallIssue]
        transport = httpx.ASGITransport(app)
        async with unit_of_work(database.engine) as connection:
            await seed(connection)
            writes, ids = Writes(), {code: uuid4() for code in SENDERS}
            for code, (ods_code, cipher, doctors) in SENDERS.items():
                writes.insert(
                    practices,
                    id=ids[code],
                    ods_code=ods_code,
                    name=f"Practice {code}",
                    trading_partner_code=code,
                    authority_cipher=cipher,
                    list_state="open",
                    updated_at=NOW,
                )
                for doctor in doctors:
                    gmc, local = doctor.split(",")
                    writes.insert(
                        practice_doctors,
                        id=uuid4(),
                        practice_id=ids[code],
                        gmc_number=gmc,
                        local_code=local,
                        period="(,)",
                    )
            await writes.flush(connection)
            await complete_practices(connection, ids.values())
            tokens = {
                code: await issue(connection, code, Role.APP, NOW, practice_id=practice_id)
                for code, practice_id in ids.items()
            }
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://registry.test") as client,
        ):
            yield Sender(client, database, tokens)


@pytest.mark.parametrize("name", VALID)
async def test_a_valid_request_is_taken(sender: Sender, name: str):
    body = (EXAMPLES / name).read_text().replace("%%TODAY%%", NOW.date().isoformat()).encode()
    document = json.loads(body)
    folder = name.split("/")[1]
    operation = {"amendment": "PATCH", "pcrm": "acceptance"}.get(folder, folder)
    code = "WHC5" if folder == "pcrm" else "TES5"
    before = await sender.used()
    answer = await sender.send(operation, body, document.get("nhsNumber", ""), code)
    assert (answer.status_code, answer.content) == (202, b""), answer.text
    assert answer.headers["ConversationId"]
    after = await sender.used()
    assert after[0] == before[0] + 1
    assert after[1] == before[1] + 1
    async with sender.database.engine.connect() as connection:
        number = await connection.execute(
            text("select transaction_number from transactions where operation_id = :id"),
            {"id": answer.headers["OperationId"]},
        )
        assert answer.headers["OperationId"] == operation_id(code, number.scalar_one())


@pytest.mark.parametrize(("name", "operation", "code", "named"), INVALID)
async def test_an_invalid_request_is_refused_by_its_cause(
    sender: Sender, name: str, operation: str, code: str, named: tuple[str, ...]
):
    body = (EXAMPLES / "gp-to-ha" / "invalid-fhir" / name).read_bytes()
    before = await sender.used()
    number = json.loads(body).get("nhsNumber", "9999999999") if b'"nhsNumber"' in body else "9999999999"
    answer = await sender.send(operation, body, number)
    assert answer.status_code == 400, answer.text
    (issue_found,) = answer.json()["issue"]
    assert (issue_found["severity"], issue_found["code"]) == ("error", code), answer.text
    told = issue_found["details"]["text"]
    assert all(words in told for words in named), told
    assert await sender.used() == before


def test_every_example_of_the_folder_is_tried():
    found = {name.removeprefix("gp-to-ha/invalid-fhir/") for name in files("gp-to-ha/invalid-fhir/*/*")}
    assert found == {name for name, *_ in INVALID}
    assert (len(VALID), len(found)) == (22, 31)


HA_TO_GP = {
    "amendment": TransactionType.F1,
    "approval": TransactionType.F4,
    "deduction": TransactionType.F2,
    "deduction_rejection": TransactionType.F11,
    "fp69_flag_removal": TransactionType.F10,
    "fp69_prior_notification": TransactionType.F9,
    "rejection": TransactionType.F3,
}


@pytest.mark.parametrize("name", [each for each in files("ha-to-gp/*/*.fhir.json") if "close_quarter" not in each])
def test_the_inbox_hands_over_the_adaptors_document(name: str):
    document = json.loads((EXAMPLES / name).read_bytes())
    kind = HA_TO_GP[name.split("/")[1]]
    items = from_document(document, kind)
    assert items.defects == ()
    message = PracticeMessage(
        id=1,
        uuid=uuid4(),
        practice_id=uuid4(),
        partner_code=items.gp_trading_partner_code,
        authority_cipher=items.ha_cipher,
        kind=kind.value,
        content=_content(items),
        transaction_number=7,
        created_at=NOW,
        position=1,
    )
    (entry,) = bundle_of([message])["entry"]
    said = {each["name"]: each.get("resource", each.get("valueString")) for each in entry["resource"]["parameter"]}
    assert said["transactionType"] == TRANSACTION_TYPES[kind] == name.split("/")[1]
    handed = json.loads(said["document"]) if kind is TransactionType.F1 else said["document"]
    assert normal_form(handed) == normal_form(document)


def _content(items: Items) -> dict[str, Any]:
    """The items as a message keeps them."""
    values = {each.name: getattr(items, each.name) for each in fields(Items)}
    kept = {name: value for name, value in values.items() if value not in (None, ()) and name not in _NOT_KEPT}
    return {name: _kept(value) for name, value in kept.items()}


_NOT_KEPT = ("type", "gp_trading_partner_code", "ha_cipher", "defects")


def _kept(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_kept(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value
