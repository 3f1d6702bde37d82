"""Links to further pages: signed, and good for whoever asked and what they asked alone."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import RequestError
from registry.fhir_api.paging import read, sign

KEY, HERE, THERE = b"k" * 32, b"a" * 32, b"b" * 32

_POSITIONS = st.lists(st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20), max_size=4)


@given(_POSITIONS)
def test_what_was_signed_is_read_back(position: list[object]):
    assert read(KEY, HERE, sign(KEY, HERE, position)) == position


@given(_POSITIONS)
def test_a_token_is_good_for_nothing_else(position: list[object]):
    token = sign(KEY, HERE, position)
    for key, bound_to in ((KEY, THERE), (b"other" * 7, HERE)):
        with pytest.raises(RequestError) as refused:
            read(key, bound_to, token)
        assert (refused.value.status, refused.value.spine, refused.value.field) == (400, "INVALID_VALUE", "_page")


@given(_POSITIONS, st.data())
def test_a_token_that_was_touched_is_refused(position: list[object], data: st.DataObject):
    token = sign(KEY, HERE, position)
    raw = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(RequestError):
        read(KEY, HERE, base64.urlsafe_b64encode(raw).decode().rstrip("="))


@given(st.text(max_size=60) | st.just("A" * 5000))
def test_any_other_text_is_refused(text: str):
    with pytest.raises(RequestError):
        read(KEY, HERE, text)
