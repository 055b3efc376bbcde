"""Answers of creating calls, kept for a day under the key that the client gave the call (`Idempotency-Key`).

Called by api/idempotency.py. The row is the lock: who inserts it does the work, everybody else waits or is told.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from organizations.models import StoredAnswer, StoredAnswerSubject
from organizations.services.ciphers import make_cipher

KEPT = timedelta(hours=24)
PURPOSE = "stored answers"
ABANDONED_AFTER = timedelta(minutes=2)  # a call that has not answered by then died, or its work is not to count
UUID_PATTERN = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class KeyUsedElsewhere(Exception):
    """The key belongs to another call: another address or another body."""


class StillUnderWay(Exception):
    """The first call with this key has not been answered yet."""


class TakenOver(Exception):
    """It took so long that another call with the same key does it now."""


class Forgotten(Exception):
    """What the first call was about has been erased, and so has what it was answered."""


@dataclass(frozen=True)
class Begun:
    """A call that is to be done: by whoever began it at this moment, until somebody takes it over."""

    pk: int
    at: datetime


@dataclass(frozen=True)
class Answer:
    """`organizations`: where the caller was allowed what was done then; None: everywhere."""

    status: int
    body: Any
    headers: dict[str, str]
    organizations: list[int] | None


def begin_call(*, caller: str, key: str, request_hash: str, now: datetime) -> Begun | Answer:
    """Begun: this call is the first, and is to be done, then stored or forgotten. Else what the first was answered.

    Effects: a row. Raises KeyUsedElsewhere, StillUnderWay, Forgotten.
    """
    key_hash = hash_key(caller, key)
    rows = StoredAnswer.objects.filter(caller=caller, key_hash=key_hash)
    rows.filter(created_at__lt=now - KEPT).delete()
    abandoned = rows.filter(status=None, created_at__lt=now - ABANDONED_AFTER)
    if abandoned.update(created_at=now, request_hash=request_hash):
        return Begun(rows.get().pk, now)
    try:
        with transaction.atomic():
            made = StoredAnswer.objects.create(
                caller=caller, key_hash=key_hash, request_hash=request_hash, created_at=now
            )
    except IntegrityError:
        return _read_first(caller, key_hash, request_hash)
    return Begun(made.pk, now)


def hash_key(caller: str, key: str) -> str:
    """Clients make keys of what they have: of an address, too. What is kept tells nobody which."""
    return salted_hmac(PURPOSE, f"{caller}\n{key}", algorithm="sha256").hexdigest()


def _read_first(caller: str, key_hash: str, request_hash: str) -> Answer:
    row = StoredAnswer.objects.filter(caller=caller, key_hash=key_hash).first()
    if row is None:
        raise StillUnderWay
    if row.status is not None and not row.answer:
        raise Forgotten
    if row.request_hash != request_hash:
        raise KeyUsedElsewhere
    if row.status is None:
        raise StillUnderWay
    try:
        told = json.loads(make_cipher(PURPOSE).decrypt(bytes(row.answer)))
    except InvalidToken:  # SECRET_KEY was changed meanwhile
        raise KeyUsedElsewhere from None
    return Answer(row.status, told["body"], told["headers"], told["organizations"])


def store_answer(*, call: Begun, answer: Answer) -> None:
    """Effects: whoever brings the key again is told the same; it is known of whom. To be called in the transaction of
    what was created. Raises TakenOver: that transaction must not be committed.
    """
    told = json.dumps({"body": answer.body, "headers": answer.headers, "organizations": answer.organizations})
    row = StoredAnswer.objects.filter(pk=call.pk, created_at=call.at, status=None)
    if not row.update(status=answer.status, answer=make_cipher(PURPOSE).encrypt(told.encode())):
        raise TakenOver
    subjects = {UUID(found) for found in _list_ids(answer.body)}
    StoredAnswerSubject.objects.bulk_create(
        [StoredAnswerSubject(answer_id=call.pk, subject=one) for one in subjects], batch_size=500
    )


def _list_ids(told: Any) -> Iterator[str]:
    if isinstance(told, str) and UUID_PATTERN.fullmatch(told):
        yield told
    elif isinstance(told, dict | list):
        for below in told.values() if isinstance(told, dict) else told:
            yield from _list_ids(below)


def forget_call(*, call: Begun) -> None:
    """Effect: the call may be made once more: it was refused, or failed, and created nothing."""
    StoredAnswer.objects.filter(pk=call.pk, created_at=call.at, status=None).delete()


def forget_answers(*, about: UUID) -> None:
    """Effect, in the caller's transaction: every answer that names this row goes, whole. That there was one is known
    until the day is over, so that a repeated call does not bring back what was erased.
    """
    named = StoredAnswerSubject.objects.filter(subject=about).values("answer")
    StoredAnswer.objects.filter(pk__in=named).update(answer=b"", request_hash="")


def remove_old_answers(*, now: datetime) -> int:
    """Effect: answers of yesterday are deleted. Returns how many."""
    return StoredAnswer.objects.filter(created_at__lt=now - KEPT).delete()[0]
