"""What is odd about an acceptance but stops nothing: noted beside it.

Lists are pooled and systems send default or retired doctors, so an unknown doctor, or our own
authority named as the previous one, is a QUERY and no refusal (domain rules, correction 14).
"""

from registry.transactions.commands import RegisterPatient
from registry.transactions.facts import Facts


def acceptance_warnings(command: RegisterPatient, facts: Facts) -> tuple[str, ...]:
    """Sentences for whoever reads the transaction; none names a person."""
    odd: tuple[tuple[bool, str], ...] = (
        (not facts.practice.doctor_known, "gpCode: not a doctor of this practice on the day"),
        (
            command.previous_authority == facts.practice.authority_cipher,
            "previousHaCipher: the previous authority is this one",
        ),
        (
            command.acceptance_code == "R" and facts.earlier is None,
            "acceptanceCode: R, but no rejected acceptance of this person is known",
        ),
    )
    return tuple(sentence for applies, sentence in odd if applies)
