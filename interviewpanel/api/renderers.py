"""Answers that are not JSON. What is wrong is told as problem details all the same."""

from typing import Any

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request


class TextOrProblem(BaseRenderer):
    charset: str | None = "utf-8"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        if isinstance(data, str | bytes):
            return data.encode() if isinstance(data, str) else data
        return bytes(JSONRenderer().render(data))


class VttRenderer(TextOrProblem):
    media_type = "text/vtt"
    format = "vtt"


class PdfRenderer(TextOrProblem):
    media_type = "application/pdf"
    format = "pdf"
    charset = None


class AsItIs(BaseContentNegotiation):
    """Of what is in one form only, whatever a player asks for."""

    def select_parser(self, request: Request, parsers: list[Any]) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: list[Any], format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type
