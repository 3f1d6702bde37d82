"""What the office may do here."""

from registry.transactions.acts.act import Group

SCHEME = Group("scheme", "The special allocation scheme: removal for violence, and the place that follows.", ())
