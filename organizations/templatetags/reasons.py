"""`{% may_reason_form name %}`: the one field that asks why, for pages whose deed reads it from what was posted.
Drawn by templates/admin/act_fields.html."""

from django import forms, template

register = template.Library()


@register.simple_tag
def may_reason_form(name: str) -> forms.Form:
    from organizations.admin.reasons import MayReasonForm  # the theme's admin draws while it is imported

    return MayReasonForm(name)
