"""Rates of the API: by address where nobody is signed in, by account where somebody is. Counted in config/api/rates.

What is no credential, or not any more, is counted by address too, apart from all else: by whoever looks at it, since
REST framework does so before it asks for rates. A good one is never refused for the bad ones of its address.
"""

import hashlib
from typing import TYPE_CHECKING

from django.conf import settings
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from authentication.models import User
from config.api.rates import Rate, Verdict, hit

if TYPE_CHECKING:
    from rest_framework.views import APIView


REFUSED = "_is_refused_for_a_rate"


class RateThrottle(BaseThrottle):
    """`name_caller` says whose requests are counted together; None: not counted here."""

    setting: str  # in settings.API_RATES
    counter = ""  # where it is not the setting's own
    _verdict: Verdict | None = None

    def name_caller(self, request: Request) -> str | None:
        raise NotImplementedError

    def allow_request(self, request: Request, view: "APIView | None") -> bool:
        caller = self.name_caller(request)
        if caller is None or getattr(request, REFUSED, False):
            return True  # refused for another rate already: one busy key must not use up its organization's
        hits, seconds = settings.API_RATES[self.setting]
        name = hashlib.sha256(caller.encode()).hexdigest()[:32]
        self._verdict = hit(f"{self.counter or self.setting}:{name}", Rate(hits, seconds))
        setattr(request, REFUSED, not self._verdict.passes)
        return self._verdict.passes

    def wait(self) -> float | None:
        return None if self._verdict is None else self._verdict.wait_seconds


class AddressThrottle(RateThrottle):
    """Whoever asks without having signed in: by address."""

    setting = "address"

    def name_caller(self, request: Request) -> str | None:
        return None if request.user and request.user.is_authenticated else self.get_ident(request)


class _FailureThrottle(RateThrottle):
    setting = "address"
    counter = "failure"

    def name_caller(self, request: Request) -> str | None:
        return self.get_ident(request)


def count_failure(request: Request) -> None:
    """Effect: one more credential of this address was not good. Raises Throttled: too many."""
    throttle = _FailureThrottle()
    if not throttle.allow_request(request, None):
        raise Throttled(throttle.wait())


class AccountThrottle(RateThrottle):
    setting = "account"

    def name_caller(self, request: Request) -> str | None:
        return str(request.user.uuid) if isinstance(request.user, User) else None
