"""What a client is told that gets no token, in the form of OAuth 2 (RFC 6749, 5.2)."""

from registry.errors import RequestError

KEY_ERROR = "public_key error"
"""NHS England's own code for keys that are missing, out of reach, or did not sign."""


def refused(text: str, about: str, status: int = 400, error: str = "invalid_request") -> RequestError:
    """A refusal. `text` is a sentence of ours that repeats nothing of the assertion; `about` names what is at fault."""
    return RequestError(status, error, text, about)
