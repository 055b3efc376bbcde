"""What can happen to a message on its way. Raised by the engines, told apart by services/messages.py."""

MOST_WORDS = 500


class DeliveryPostponed(Exception):
    """Not now: the server is away, slow, busy or refuses the login. Trying later may help."""


class AddressRefused(Exception):
    """Never: this address takes no message. The text is the server's words."""


class DeliveryRefused(Exception):
    """The message or the sender is not taken. Trying again as it is cannot help, another address would not either."""


class NotSetUp(Exception):
    """The site has no way to send this; the text says which settings are missing."""


def shorten_words(words: bytes | str) -> str:
    """A server's answer as one line of bounded length."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join(text.split())[:MOST_WORDS]
