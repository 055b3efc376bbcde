"""The way to an interview, for templates of this app and of those above: interviewpanel/interview_urls.py."""

from collections.abc import Mapping
from typing import Any

from django import template

from interviewpanel import interview_urls

register = template.Library()


@register.simple_tag
def interview_url(session: Any, answer: int | None = None) -> str:
    return interview_urls.interview_url(session, answer)


@register.simple_tag
def listed_interview_url(sessions: Mapping[int, Any], session_id: int, answer: int | None = None) -> str:
    """The same where a row has its interview's key, and the page has the interviews by it."""
    return interview_urls.interview_url(sessions[session_id], answer)
