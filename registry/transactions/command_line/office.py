"""The groups of commands that are made from acts, with the commands that are written by hand beside them."""

from registry.transactions.acts.command import commands_of
from registry.transactions.command_line import letters, removals, vault
from registry.transactions.command_line.returned_mail import scan_file_command
from registry.transactions.office_acts import OFFICE_ACTS

offices = {office.name: commands_of(office) for office in OFFICE_ACTS}
"""By the name of the group."""
offices["returned-mail"].command("scan-file")(scan_file_command)
offices["removals"].command("list")(removals.list_command)
offices["letters"].command("list")(letters.list_command)
offices["letters"].command("show")(letters.show_command)
offices["vault"].command("setup")(vault.setup_command)
offices["vault"].command("check")(vault.check_command)
offices["vault"].command("rotate")(vault.rotate_command)
