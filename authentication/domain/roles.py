"""The four roles and exactly what each may do in the admin, as `app.action_model` permission names.

Read by `manage.py create_roles`, and by the admin to know what a member may do in each organization: who administers
one and reviews for another has the permissions of both groups, but uses each only where it was given. `superadmin`
runs the installation and sees every organization; the others are cut to their own organizations wherever rows are
shown. Nobody may add or change what an interview recorded or scored.
"""

from collections.abc import Mapping

SUPERADMIN = "superadmin"

VIEW = ("view",)
EDIT = ("view", "add", "change")
ALL = ("view", "add", "change", "delete")

_SETUP: Mapping[str, tuple[str, ...]] = {
    "organizations.candidate": ALL,
    "organizations.change": VIEW,  # the history; each role reads of what it may see (organizations/selectors.py)
    "organizations.messagetemplate": ALL,
    "questionbank.category": EDIT,
    "questionbank.topic": EDIT,
    "questionbank.subtopic": EDIT,
    "questionbank.question": (*EDIT, "publish"),
    "questionbank.questionversion": ("view", "add"),
    "questionbank.cachedquestion": VIEW,
    "questionbank.jobdescription": EDIT,
    "questionbank.enhanceddescription": VIEW,
    "questionbank.generatedinterview": ("view", "change"),
    "questionbank.screeningset": VIEW,
    "questionbank.generation": ("view", "generate"),  # what language models are asked to write
    "interviewpanel.interviewpanel": ALL,
    "interviewpanel.interviewpanelquestiondistribution": ALL,
    "interviewpanel.interviewpanelcandidate": EDIT,
    "interviewpanel.positionquestionset": ALL,
}
# What is between the candidate and those who set interviews up. Raters see none of it: accommodations are no evidence.
_ASKED: Mapping[str, tuple[str, ...]] = {
    "interviewpanel.accommodationrequest": ("view", "change"),
    "interviewpanel.candidaterequest": ("view", "change"),
    "interviewpanel.candidatefeedback": VIEW,
    "interviewpanel.sessionevent": VIEW,
    # A message may say that somebody was given more time.
    "organizations.message": VIEW,
}
# Where events are sent, and what was sent: whoever reads it could read everything that another system is told.
_EVENTS: Mapping[str, tuple[str, ...]] = {
    "organizations.webhookendpoint": ALL,
    "organizations.webhookdelivery": VIEW,
}
# How scorers and people agree. Who rates is not to see it: it shows what answers scored.
_CALIBRATES: Mapping[str, tuple[str, ...]] = {
    "interviewpanel.ratedset": ("view", "change", "delete"),
    "interviewpanel.calibrationrun": VIEW,
    "interviewpanel.calibrationmap": VIEW,
}
# What language models were asked for, and what it took: whoever answers for the money.
_SPENT: Mapping[str, tuple[str, ...]] = {"questionbank.modelcall": VIEW}
# Ending or extending an interview that goes on: it changes nothing that was recorded, and raters may not.
_LIVE: Mapping[str, tuple[str, ...]] = {"interviewpanel.interviewsession": ("view", "steer")}
# Who may have candidates called, which costs money, and read which calls there were.
_CALLS: Mapping[str, tuple[str, ...]] = {"interviewpanel.phonecall": ("view", "place")}
# Who may have answers scored again. What was scored before stays; raters may not.
_SCORES_AGAIN: Mapping[str, tuple[str, ...]] = {"interviewpanel.answerscore": ("view", "rescore")}
# Who decides about candidates writes rows, and changes none: a decision is taken back by another.
_DECIDES: Mapping[str, tuple[str, ...]] = {
    "interviewpanel.decision": ("view", "add"),
    "reports.reportshare": EDIT,
}
_RESULTS: Mapping[str, tuple[str, ...]] = {
    "interviewpanel.interviewsession": VIEW,
    "interviewpanel.answer": VIEW,
    "interviewpanel.answerscore": VIEW,
    "interviewpanel.audiosegment": VIEW,
    "interviewpanel.transcriptentry": VIEW,
    "interviewpanel.clientevent": VIEW,
    # People judge beside the machine. Who reviews may; who decides about candidates is another matter.
    "interviewpanel.answerrating": ("view", "add"),
    "interviewpanel.scoreoverride": ("view", "add", "change"),
    "reports.interviewreport": VIEW,
}

ROLES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    SUPERADMIN: {
        **_SETUP,
        **_ASKED,
        **_RESULTS,
        **_SCORES_AGAIN,
        **_LIVE,
        **_CALLS,
        **_DECIDES,
        **_EVENTS,
        **_CALIBRATES,
        **_SPENT,
        "organizations.organization": ALL,
        "organizations.apikey": ("view", "add", "change"),
        "organizations.membership": ALL,
        "organizations.membershipinvitation": ("view", "add"),
        "authentication.user": ALL,
        "interviewpanel.sessionstep": VIEW,
    },
    "admin": {
        **_SETUP,
        **_ASKED,
        **_RESULTS,
        **_SCORES_AGAIN,
        **_LIVE,
        **_CALLS,
        **_DECIDES,
        **_EVENTS,
        **_CALIBRATES,
        **_SPENT,
        "organizations.organization": ("view", "change"),
        "organizations.apikey": ("view", "add", "change"),
        # Who joins is invited, and accepts: adding somebody would tell whether another organization knows them.
        "organizations.membership": ("view", "change", "delete"),
        "organizations.membershipinvitation": ("view", "add"),
    },
    "hr": {
        **_SETUP,
        **_ASKED,
        **_RESULTS,
        **_SCORES_AGAIN,
        **_LIVE,
        **_CALLS,
        **_DECIDES,
        "organizations.organization": VIEW,
    },
    "reviewer": {
        **_RESULTS,
        "interviewpanel.decision": VIEW,
        "organizations.organization": VIEW,
        "organizations.candidate": VIEW,
        "questionbank.question": VIEW,
        "questionbank.questionversion": VIEW,
        "interviewpanel.interviewpanel": VIEW,
        "interviewpanel.interviewpanelcandidate": VIEW,
    },
}


def list_permissions(role: str) -> set[tuple[str, str]]:
    """(app label, codename) of every permission of a role."""
    permissions: set[tuple[str, str]] = set()
    for name, actions in ROLES[role].items():
        app_label, model = name.split(".")
        permissions |= {(app_label, f"{action}_{model}") for action in actions}
    return permissions


def list_roles_with(permission: str) -> frozenset[str]:
    """The roles that have a permission, such as `interviewpanel.change_interviewpanel`."""
    app_label, _, codename = permission.partition(".")
    return frozenset(role for role in ROLES if (app_label, codename) in list_permissions(role))
