"""The patterns that may point to fraud (domain rules R8): for each one query over the whole register."""

from registry.transactions.counter_fraud.patterns.bounce import BOUNCE
from registry.transactions.counter_fraud.patterns.crowded import CROWDED
from registry.transactions.counter_fraud.patterns.dead_again import DEAD_AGAIN
from registry.transactions.counter_fraud.patterns.growth import GROWTH
from registry.transactions.counter_fraud.patterns.late_lifts import LATE_LIFTS
from registry.transactions.counter_fraud.patterns.pattern import Pattern
from registry.transactions.counter_fraud.patterns.silent import SILENT

PATTERNS: tuple[Pattern, ...] = (GROWTH, BOUNCE, SILENT, CROWDED, DEAD_AGAIN, LATE_LIFTS)
"""In the order in which they are told."""
