"""Every kind of matter. Whoever works on matters imports this first, so that no kind is unknown."""

from registry.transactions.matters.kind import Kind

KINDS: tuple[Kind, ...] = ()
"""By part of the office's work; each is declared where it is defined."""
