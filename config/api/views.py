"""The description of the API, for programs and for people. Routed by config/urls.py."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.defaults import server_error
from django.views.generic import TemplateView
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework import exceptions
from rest_framework.request import Request

from config.api.problems import MEDIA_TYPE, TYPE, describe_problem


class SchemaView(SpectacularAPIView):
    """As JSON, or as YAML for who asks for it (`?format=yaml`). The same for everybody, so it is written once."""

    renderer_classes = [OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer, OpenApiYamlRenderer2]
    authentication_classes: list[Any] = []

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: object, **kwargs: object) -> HttpResponse:
        media_type, ending = request.accepted_renderer.media_type, request.accepted_renderer.format
        headers = {"Content-Disposition": f'inline; filename="interviewbot.{ending}"', "Vary": "Accept"}
        return HttpResponse(write_schema(ending), content_type=media_type, headers=headers)


@cache
def make_schema() -> dict[str, Any]:
    """OpenAPI 3.1, in English whatever the first to ask speaks. Whoever changes it takes a copy."""
    with translation.override("en"):
        schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return schema


@cache
def write_schema(ending: str) -> bytes:
    renderer = OpenApiYamlRenderer() if ending == "yaml" else OpenApiJsonRenderer()
    return bytes(renderer.render(make_schema(), renderer_context={}))


@csrf_exempt
def tell_unknown(request: HttpRequest) -> HttpResponse:
    """Below /api/v1/, where no address fits."""
    told = "There is no such address. /api/v1/docs/ shows all; they end with a slash, but for those below ats/."
    error = exceptions.NotFound(told)
    return JsonResponse(describe_problem(error), status=404, content_type=MEDIA_TYPE)


def tell_fault(request: HttpRequest) -> HttpResponse:
    """A fault of ours, as whoever asked understands it; what it was stands in the log."""
    if not request.path_info.startswith("/api/"):
        return server_error(request)
    problem = {
        "type": f"{TYPE}fault",
        "title": "It did not work",
        "status": 500,
        "detail": "This is a fault of the site. Try again; if it stays so, tell who runs it when it was.",
    }
    return JsonResponse(problem, status=500, content_type=MEDIA_TYPE)


class DocsView(TemplateView):
    """Swagger UI, from files of this server alone."""

    template_name = "config/api_docs.html"
