"""The desk's signs in templates: `{% load desk %}{% badge "final" "is-good" %}`. Drawn as the lists draw them."""

from typing import Any

from django import template
from django.template import RequestContext
from django.utils.safestring import SafeString

from config.admin_theme import name_trail

register = template.Library()


@register.simple_tag
def badge(text: object, tone: str = "") -> SafeString:
    from organizations.admin.tables import draw_badge  # tags are read before the admin is

    return draw_badge(str(text), tone)


@register.simple_tag(takes_context=True)
def trail(context: RequestContext, parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The breadcrumbs of the theme, by the names of the sidebar."""
    return name_trail(context["request"].path, parts)
