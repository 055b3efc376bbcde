"""How the admin looks and what its sidebar leads to: django-unfold's settings, used by settings.py.

What an entry leads to is cut to the user by the pages themselves; who may not see any of its rows has no entry.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.module_loading import import_string

Entry = dict[str, Any]


def may(permission: str) -> Callable[[HttpRequest], bool]:
    """Whether the user holds a permission (`app.action_model`) anywhere."""

    def is_allowed(request: HttpRequest) -> bool:
        return request.user.has_perm(permission)

    return is_allowed


def link_page(title: str, icon: str, page: str, permission: str, **more: Any) -> Entry:
    """`page` is the name of a page of the admin, `permission` what a user needs to see anything there."""
    link = reverse_lazy(f"admin:{page}")
    return {"title": title, "icon": icon, "link": link, "permission": may(permission), **more}


def is_below(*pages: str, but_not: str = "") -> Callable[[HttpRequest], bool]:
    """Whether the page that is shown lies below one of these, and not below the other, which has its own entry."""

    def is_shown(request: HttpRequest) -> bool:
        inside = [str(reverse_lazy(f"admin:{one}")) for one in pages]
        outside = but_not and str(reverse_lazy(f"admin:{but_not}"))
        return request.path.startswith(tuple(inside)) and not (outside and request.path.startswith(outside))

    return is_shown


def link_list(title: str, icon: str, app_label: str, model: str, **more: Any) -> Entry:
    """An entry that leads to the list of a model.

    `counts`: the path of a function that says, for a request, how many of its rows wait for somebody.
    """
    return link_page(title, icon, f"{app_label}_{model}_changelist", f"{app_label}.view_{model}", **more)


def group(title: str, *items: Entry) -> Entry:
    return {"title": title, "separator": True, "items": list(items)}


INTERVIEWS, LIVE = "interviewpanel_interviewsession_changelist", "interviewpanel_interviewsession_live"
# Rows of an interview, reached from its page: they have no entry, and stand under Interviews.
PARTS = ("interviewpanel_answerscore_changelist", "interviewpanel_audiosegment_changelist")
CALIBRATION, RATED_SETS = "interviewpanel_ratedset_desk", "interviewpanel_ratedset_changelist"
QUESTIONS, SIMILAR = "questionbank_question_changelist", "questionbank_question_similar"
MODEL_USAGE, MODEL_CALLS = "questionbank_modelcall_usage", "questionbank_modelcall_changelist"
NEW_BATCH = "questionbank_generation_new_batch"
WAITING = "interviewpanel.admin.badges"

NAVIGATION: list[Entry] = [
    {"items": [{"title": "Home", "icon": "home", "link": reverse_lazy("admin:index")}]},
    group(
        "From job to interview",
        link_list("Job descriptions", "description", "questionbank", "jobdescription"),
        link_list("Generated interviews", "forum", "questionbank", "generatedinterview"),
        link_list("Screening questions", "phone_in_talk", "questionbank", "screeningset"),
        {
            **link_list("Generation log", "manufacturing", "questionbank", "generation"),
            "active": is_below("questionbank_generation_changelist", but_not=NEW_BATCH),
        },
    ),
    group(
        "Setting up",
        link_list("Panels", "dashboard_customize", "interviewpanel", "interviewpanel"),
        link_list("Positions", "work", "interviewpanel", "positionquestionset"),
        link_list("Candidates", "group", "organizations", "candidate"),
        link_list("Invitations", "mail", "interviewpanel", "interviewpanelcandidate"),
        link_list("Messages", "outgoing_mail", "organizations", "message"),
        link_list("Message texts", "edit_note", "organizations", "messagetemplate"),
    ),
    group(
        "Interviews",
        {**link_page("Live", "sensors", LIVE, "interviewpanel.view_interviewsession"), "active": is_below(LIVE)},
        {
            **link_list("Interviews", "record_voice_over", "interviewpanel", "interviewsession"),
            "active": is_below(INTERVIEWS, *PARTS, but_not=LIVE),
        },
        link_list("Phone calls", "call", "interviewpanel", "phonecall"),
        link_list("Reports", "lab_profile", "reports", "interviewreport"),
        link_list("Shared reports", "share", "reports", "reportshare"),
    ),
    group(
        "From candidates",
        link_list(
            "Accommodations",
            "accessibility_new",
            "interviewpanel",
            "accommodationrequest",
            counts=f"{WAITING}.count_accommodations",
        ),
        link_list(
            "Requests", "contact_support", "interviewpanel", "candidaterequest", counts=f"{WAITING}.count_requests"
        ),
        link_list("Feedback", "reviews", "interviewpanel", "candidatefeedback"),
    ),
    group(
        "Question bank",
        {
            **link_list("Questions", "quiz", "questionbank", "question"),
            "active": is_below(QUESTIONS, but_not=SIMILAR),
        },
        link_page("Catalogue", "account_tree", "questionbank_category_tree", "questionbank.view_category"),
        link_page("Similar questions", "difference", SIMILAR, "questionbank.view_question"),
        link_page(
            "Generate questions",
            "auto_awesome",
            NEW_BATCH,
            "questionbank.generate_generation",
        ),
        link_list("Question cache", "cached", "questionbank", "cachedquestion"),
    ),
    group(
        "Administration",
        link_list("Organizations", "apartment", "organizations", "organization"),
        link_list("Members", "badge", "organizations", "membership"),
        link_list("Users", "manage_accounts", "authentication", "user"),
        link_list("API keys", "key", "organizations", "apikey"),
        link_list("Webhooks", "webhook", "organizations", "webhookendpoint"),
        link_list("Webhook deliveries", "outbox", "organizations", "webhookdelivery"),
        {
            **link_page(
                *("Calibration", "tune", CALIBRATION, "interviewpanel.change_ratedset"),
                counts=f"{WAITING}.count_drifts",
            ),
            "active": is_below(RATED_SETS),
        },
        {
            **link_page("Language models", "neurology", MODEL_USAGE, "questionbank.view_modelcall"),
            "active": is_below(MODEL_CALLS),
        },
        link_list("History", "history", "organizations", "change"),
    ),
]


def name_trail(path: str, parts: list[Entry]) -> list[Entry]:
    """The way to a page as the sidebar calls it: the group, the entry, and below it the row or the page itself.

    `parts` is what the theme would say: the app, the kind of row, the row.
    """
    found = _find_entry(path) or _find_entry(str(parts[1].get("link", "")) if len(parts) > 1 else "")
    if found is None:
        return parts
    title, entry = found
    return [{"title": title}, {"title": entry["title"], "link": entry["link"]}, *parts[2:]]


def _find_entry(path: str) -> tuple[str, Entry] | None:
    """The entry whose page lies nearest above this one, with the title of its group."""
    pages = [(str(entry["link"]), one["title"], entry) for one in NAVIGATION[1:] for entry in one["items"]]
    parents = {**dict.fromkeys(PARTS, INTERVIEWS), RATED_SETS: CALIBRATION, MODEL_CALLS: MODEL_USAGE}
    rows = {str(reverse_lazy(f"admin:{page}")): str(reverse_lazy(f"admin:{to}")) for page, to in parents.items()}
    above = next((to for row, to in rows.items() if path.startswith(row)), path)
    nearest = max((one for one in pages if above.startswith(one[0])), key=lambda one: len(one[0]), default=None)
    return None if nearest is None else (nearest[1], nearest[2])


def show_navigation(request: HttpRequest) -> list[Entry]:
    """NAVIGATION, and beside an entry how many wait there; nothing where none does."""
    return [{**one, "items": [_show_count(entry, request) for entry in one["items"]]} for one in NAVIGATION]


def _show_count(entry: Entry, request: HttpRequest) -> Entry:
    if "counts" not in entry or not entry["permission"](request):
        return entry
    count = import_string(entry["counts"])(request)
    return {**entry, "badge": f"{count}", "badge_variant": "primary"} if count else entry


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
    "SITE_SUBHEADER": lambda request: f"Times: {timezone.get_current_timezone_name()}",
    "SITE_SYMBOL": "graphic_eq",
    "SITE_URL": None,  # there is no other page of this site for who works here
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "COLORS": {"primary": BLUE},
    "BORDER_RADIUS": "8px",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("organizations/favicon.svg")}
    ],
    "SCRIPTS": [lambda request: static("organizations/submit_once.js")],
    "STYLES": [
        lambda request: static("organizations/desk.css"),
        lambda request: static("organizations/desk-theme.css"),
    ],
    "DASHBOARD_CALLBACK": "reports.admin.show_home",
    "SIDEBAR": {"show_search": True, "command_search": False, "navigation": show_navigation},
}
