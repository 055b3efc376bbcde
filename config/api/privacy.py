"""Answers that hold a secret, or what only their reader may see: kept by no cache on the way, nor by a browser."""

from typing import TypeVar

from django.http.response import HttpResponseBase

Answer = TypeVar("Answer", bound=HttpResponseBase)


def keep_private(response: Answer) -> Answer:
    response["Cache-Control"] = "no-store"
    return response
