"""The finder finds: a walk that finds nothing proves as much as its finder."""

import base64
import gzip
import io
import zipfile
import zlib
from datetime import date
from typing import Any

import pytest

from tests.leaks.find import find
from tests.leaks.marks import Marks, day, number, sound, word

MARKS = Marks.of(
    word("surname", "Quorzynbeck-Vane"),
    word("postcode", "ZX7Q 9JW"),
    number("number", "9990000018"),
    day("born", date(1987, 4, 3)),
    sound("sound", "QUORZYNBECK"),
)


def zipped(text: str) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sheet1.xml", text)
    return into.getvalue()


def pdf(text: str) -> bytes:
    return b"%PDF-1.7\n1 0 obj\n<<>>\nstream\n" + zlib.compress(text.encode()) + b"\nendstream\n"


WRAPPED: dict[str, Any] = {
    "plain": "Mrs Quorzynbeck-Vane came",
    "upper, without its hyphen": "QUORZYNBECK VANE",
    "released on the link": "SU:QUORZYNBECK?-VANE",
    "in JSON": {"name": {"family": "quorzynbeck-vane"}},
    "escaped": r"\u0051uorzynbeck-Vane",
    "in a URL": "/people?q=Quorzynbeck%2DVane",
    "in HTML": "Quorzynbeck&#45;Vane",
    "hex": "\\x" + b"SU:QUORZYNBECK-VANE".hex(),
    "base64": base64.b64encode(b"SU:QUORZYNBECK-VANE'").decode(),
    "base64 for addresses": base64.urlsafe_b64encode(b"??Quorzynbeck-Vane"),
    "gzip": gzip.compress(b"Quorzynbeck-Vane"),
    "a workbook": zipped("<v>Quorzynbeck-Vane</v>"),
    "a document": pdf("(Quorzynbeck-Vane) Tj"),
    "a document in base64 in JSON": {"data": base64.b64encode(pdf("Quorzynbeck-Vane")).decode()},
}


@pytest.mark.parametrize("how", WRAPPED)
def test_a_name_is_found_however_it_is_wrapped(how: str):
    assert "surname" in [found.mark for found in find(MARKS, WRAPPED[how], how)]


@pytest.mark.parametrize("text", ["ZX7Q 9JW", "zx7q9jw", "ZX7Q  9JW"])
def test_a_postcode_is_found_with_and_without_blanks(text: str):
    assert [found.mark for found in find(MARKS, text, "")] == ["postcode"]


@pytest.mark.parametrize("text", ["9990000018", "999 000 0018", "999-000-0018", b"9990000018".hex()])
def test_a_number_is_found_as_it_is_written(text: str):
    assert [found.mark for found in find(MARKS, text, "")] == ["number"]


def test_a_hash_of_a_number_is_the_number_to_whoever_has_a_list():
    import hashlib

    for algorithm in (hashlib.sha256, hashlib.md5):
        assert find(MARKS, {"key": algorithm(b"9990000018").hexdigest()}, "")
        assert find(MARKS, base64.b64encode(algorithm(b"9990000018").hexdigest().encode()), "")


@pytest.mark.parametrize("text", ["1987-04-03", "19870403", "03/04/1987", "3 April 1987", "3 apr 1987", "03041987"])
def test_a_date_of_birth_is_found_as_people_write_it(text: str):
    assert [found.mark for found in find(MARKS, f"born {text}.", "")] == ["born"]


def test_the_sound_of_a_name_is_found_where_it_stands_alone():
    assert [found.mark for found in find(MARKS, '{"surname_code":"C625"}', "")] == ["sound"]
    assert find(MARKS, "0192c625-0000", "") == []


@pytest.mark.parametrize("text", ["", "219870403", "1987-04-30", "9990000019", "Quorzynvane", {"a": [1, None]}])
def test_what_is_no_mark_is_not_found(text: Any):
    assert find(MARKS, text, "") == []
