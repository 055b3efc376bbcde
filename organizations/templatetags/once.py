"""`{% once_key %}`: in a form that is to be done once, however often it is sent. Read by admin/once.py."""

import uuid

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def once_key() -> SafeString:
    """A field that nobody sees, another for each page that is drawn."""
    return format_html('<input type="hidden" name="once" value="{}">', uuid.uuid4())
