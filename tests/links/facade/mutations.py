"""Requests that went wrong on the way: whole ones with something in them changed, and any JSON at all."""

import copy
from typing import Any

from hypothesis import strategies as st

TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["", " ", "%", "?", "??", "'", "A" * 300, "9990000017", "9999999999", "2026-02-30", "0000-00-00", "5"]
    ),
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**63), 2**63),
        st.integers(0, 5),
        st.floats(allow_nan=False, allow_infinity=False),
        TEXTS,
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=8,
)
"""Any JSON."""

_NAMES = st.one_of(
    TEXTS,
    st.sampled_from(
        [
            "resourceType",
            "parameter",
            "name",
            "valueString",
            "valueDate",
            "valueBoolean",
            "valueAddress",
            "resource",
            "identifier",
            "value",
            "system",
            "extension",
            "url",
            "line",
            "given",
            "family",
            "prefix",
            "birthDate",
            "gender",
            "op",
            "path",
            "patches",
            "patient",
            "freeText",
        ]
    ),
)


@st.composite
def mutated(draw: st.DrawFn, whole: Any) -> Any:
    """A copy of a document with one to three places changed, taken away, added or doubled."""
    document: dict[str, Any] = {"document": copy.deepcopy(whole)}
    for _ in range(draw(st.integers(1, 3))):
        holder: Any
        key: Any
        holder, key = draw(st.sampled_from(_places(document)))
        match draw(st.sampled_from(["replace", "remove", "add", "double", "rename"])):
            case "remove" if key != "document":
                del holder[key]
            case "add" if isinstance(holder[key], dict):
                holder[key][draw(_NAMES)] = draw(VALUES)
            case "add" if isinstance(holder[key], list):
                holder[key].append(draw(VALUES))
            case "double" if isinstance(holder, list):
                holder.append(copy.deepcopy(holder[int(key)]))
            case "rename" if isinstance(holder, dict) and key != "document":
                holder[draw(_NAMES)] = holder.pop(key)
            case _:
                holder[key] = draw(VALUES)
    return document["document"]


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every place inside, as its holder and its key there."""
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    else:
        return []
    return [(value, key) for key, _ in inner] + [place for _, each in inner for place in _places(each)]
