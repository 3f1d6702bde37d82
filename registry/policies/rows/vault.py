"""The identity vault."""

from registry.policies.row import PolicyRow

VAULT = (
    PolicyRow(
        "vault_grant_hours",
        {"lapses": 72, "expires": 24},
        "Domain rules 5.4: granted by a second person; what nobody granted lapses after three days, and what was"
        " granted is open for one, which is office practice",
    ),
)
