"""Words that are not ours inside a prompt: an answer, a résumé, a job description. Data between marks, never a message.

The mark holds a nonce that nobody can guess who does not know the site's secret: no text can close its own quotation.
"""

import hashlib
import hmac
import json


def hash_json(value: object) -> str:
    """SHA-256 of a value that JSON can hold, the same whatever the order of its keys."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def make_nonce(key: bytes, input_hash: str) -> str:
    """A mark that nobody can guess without the key, and that is the same when the same input is quoted again."""
    return hmac.new(key, input_hash.encode(), hashlib.sha256).hexdigest()[:16]


def make_seed(input_hash: str) -> int:
    """31 bits of the input: for a model's seed, and for orders that are to be random and repeatable."""
    return int(input_hash[:8], 16) & 0x7FFFFFFF


def quote_data(text: str, nonce: str, name: str) -> str:
    """The text between its marks. `name` says what it is: ANSWER, RESUME, JOB DESCRIPTION …"""
    return f"BEGIN {name} {nonce}\n{text}\nEND {name} {nonce}"
