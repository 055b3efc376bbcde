"""JSON as it is sent: of a size and a depth that can be handled, of characters and numbers that a row can hold.

Else it is refused with a word. Named in REST_FRAMEWORK; a view that takes other forms too names it beside them.
"""

import io
from collections.abc import Mapping
from typing import Any

from rest_framework import exceptions, status
from rest_framework.parsers import JSONParser

from config.api.unfit import TOO_DEEP, TooMuch, find_unfit, place_error

MOST_BYTES = 5_000_000
FEW_BYTES = 64_000


class TooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = f"More than {MOST_BYTES // 1_000_000} MB. Send it in parts."
    default_code = "too_large"


class BoundedJsonParser(JSONParser):
    most_bytes = MOST_BYTES
    told = TooLarge.default_detail

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        sent = stream.read(self.most_bytes + 1)
        if len(sent) > self.most_bytes:
            raise TooLarge(self.told)
        try:
            data = super().parse(io.BytesIO(sent), media_type, parser_context)
            unfit = next(find_unfit(data), None)
        except RecursionError:
            raise exceptions.ParseError(TOO_DEEP) from None
        except TooMuch as error:
            raise exceptions.ParseError(str(error)) from None
        if unfit:
            raise exceptions.ValidationError(place_error(*unfit))
        return data


class SmallJsonParser(BoundedJsonParser):
    """For who may be anybody, and has little to say."""

    most_bytes = FEW_BYTES
    told = f"More than {FEW_BYTES // 1000} kB."
