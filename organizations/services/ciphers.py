"""Encryption at rest, by keys made of SECRET_KEY, one for each purpose. Called by services that keep a secret."""

import base64
import hashlib

from cryptography.fernet import Fernet
from django.conf import settings


def make_cipher(purpose: str) -> Fernet:
    """What another purpose's cipher, or another SECRET_KEY's, encrypted, raises InvalidToken."""
    digest = hashlib.sha256(purpose.encode() + b":" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
