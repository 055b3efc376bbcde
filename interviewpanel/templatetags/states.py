"""The states of panels, interviews and decisions as signs: `{% load states %}{% stage_sign stage %}`."""

from django import template
from django.utils.safestring import SafeString

register = template.Library()  # the admin is imported late: tags are read before it is


@register.simple_tag
def panel_sign(status: str) -> SafeString:
    from interviewpanel.admin.state_signs import draw_panel_state

    return draw_panel_state(status)


@register.simple_tag
def session_sign(status: str) -> SafeString:
    from interviewpanel.admin.state_signs import draw_session_state

    return draw_session_state(status)


@register.simple_tag
def stage_sign(stage: str) -> SafeString:
    from interviewpanel.admin.state_signs import draw_stage

    return draw_stage(stage)
