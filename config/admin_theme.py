"""How the admin looks and what its sidebar leads to: django-unfold's settings, used by settings.py.

What an entry leads to is cut to the user by the pages themselves; who may not see any of its rows has no entry.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy

Entry = dict[str, Any]


def may(permission: str) -> Callable[[HttpRequest], bool]:
    """Whether the user holds a permission (`app.action_model`) anywhere."""

    def is_allowed(request: HttpRequest) -> bool:
        return request.user.has_perm(permission)

    return is_allowed


def link_page(title: str, icon: str, page: str, permission: str) -> Entry:
    """`page` is the name of a page of the admin, `permission` what a user needs to see anything there."""
    return {"title": title, "icon": icon, "link": reverse_lazy(f"admin:{page}"), "permission": may(permission)}


def link_list(title: str, icon: str, app_label: str, model: str) -> Entry:
    """An entry that leads to the list of a model."""
    return link_page(title, icon, f"{app_label}_{model}_changelist", f"{app_label}.view_{model}")


def group(title: str, *items: Entry) -> Entry:
    return {"title": title, "separator": True, "items": list(items)}


NAVIGATION = [
    {"items": [{"title": "Home", "icon": "home", "link": reverse_lazy("admin:index")}]},
    group(
        "Interviews",
        link_list("Panels", "dashboard_customize", "interviewpanel", "interviewpanel"),
        link_list("Candidates", "group", "organizations", "candidate"),
        link_list("Invitations", "mail", "interviewpanel", "interviewpanelcandidate"),
        link_list("Messages", "outgoing_mail", "organizations", "message"),
        link_list("Interviews", "record_voice_over", "interviewpanel", "interviewsession"),
        link_list("Reports", "lab_profile", "reports", "interviewreport"),
    ),
    group(
        "From candidates",
        link_list("Accommodations", "accessibility_new", "interviewpanel", "accommodationrequest"),
        link_list("Requests", "contact_support", "interviewpanel", "candidaterequest"),
        link_list("Feedback", "reviews", "interviewpanel", "candidatefeedback"),
    ),
    group(
        "Question bank",
        link_list("Questions", "quiz", "questionbank", "question"),
        link_list("Categories", "category", "questionbank", "category"),
        link_list("Topics", "topic", "questionbank", "topic"),
        link_list("Subtopics", "account_tree", "questionbank", "subtopic"),
    ),
    group(
        "Administration",
        link_list("Message texts", "edit_note", "organizations", "messagetemplate"),
        link_list("Organizations", "apartment", "organizations", "organization"),
        link_list("Users", "manage_accounts", "authentication", "user"),
    ),
]

# The blue of the candidate's page: people meet one product.
BLUE = {
    "50": "#eef5fc",
    "100": "#d9e8f8",
    "200": "#b7d3f1",
    "300": "#87b5e6",
    "400": "#5291d6",
    "500": "#3175c0",
    "600": "#1f5fa8",
    "700": "#194d8a",
    "800": "#164070",
    "900": "#13345b",
    "950": "#0c213b",
}

UNFOLD = {
    "SITE_TITLE": "InterviewBot",
    "SITE_HEADER": "InterviewBot",
    "SITE_SYMBOL": "graphic_eq",
    "SITE_URL": None,  # there is no other page of this site for who works here
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "COLORS": {"primary": BLUE},
    "BORDER_RADIUS": "8px",
    "STYLES": [lambda request: static("organizations/desk.css")],
    "SIDEBAR": {"show_search": True, "command_search": False, "navigation": NAVIGATION},
}
