"""Narrowing of values that came out of JSON."""

from typing import TypeGuard


def is_object(value: object) -> TypeGuard[dict[str, object]]:
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)


def as_object(value: object) -> dict[str, object]:
    """The value where it is an object; an empty one where it is anything else."""
    return value if is_object(value) else {}


def as_list(value: object) -> list[object]:
    """The value where it is a list; an empty one where it is anything else."""
    return value if is_list(value) else []


def as_text(value: object) -> str:
    """The value where it is text; an empty one where it is anything else."""
    return value if isinstance(value, str) else ""


def first_of(value: object) -> dict[str, object]:
    """An object given as itself or as the first element of a list; an empty one where it is neither."""
    elements = as_list(value)
    return as_object(elements[0] if elements else value)
