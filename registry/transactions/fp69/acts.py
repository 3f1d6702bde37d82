"""What the office may do here."""

from registry.transactions.acts.act import Group

FP69 = Group("fp69", "FP69: an address in doubt, asked of the practice.", ())
