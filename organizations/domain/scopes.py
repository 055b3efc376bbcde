"""What an API key may do: scopes, each a set of the permissions that roles are made of too."""

from collections.abc import Iterable, Mapping

_BANK = ("category", "topic", "subtopic", "question", "questionversion")
_GENERATED = ("jobdescription", "enhanceddescription", "generatedinterview", "screeningset", "generation")
_PANELS = ("interviewpanel", "interviewpanelquestiondistribution", "positionquestionset")
SCOPES: Mapping[str, tuple[str, frozenset[str]]] = {
    "organization:read": (
        "Read the organization",
        frozenset({"organizations.view_organization"}),
    ),
    "candidates:read": ("Read candidates", frozenset({"organizations.view_candidate"})),
    "candidates:write": (
        "Add, change and delete candidates and their résumés",
        frozenset(f"organizations.{action}_candidate" for action in ("view", "add", "change", "delete")),
    ),
    "questions:read": (
        "Read the catalogue and the questions",
        frozenset(f"questionbank.view_{one}" for one in _BANK),
    ),
    "questions:write": (
        "Add and change questions",
        frozenset(f"questionbank.{action}_{one}" for action in ("view", "add", "change") for one in _BANK)
        | {"questionbank.publish_question"},
    ),
    "generation:read": (
        "Read job descriptions, what language models made of them, and how far it has come",
        frozenset(f"questionbank.view_{one}" for one in _GENERATED),
    ),
    "generation:write": (
        "Write job descriptions, have interviews and questions generated, edit and publish them",
        frozenset(f"questionbank.view_{one}" for one in _GENERATED)
        | {
            "questionbank.add_jobdescription",
            "questionbank.change_jobdescription",
            "questionbank.change_generatedinterview",
            "questionbank.generate_generation",
        },
    ),
    "panels:read": (
        "Read panels and their plans",
        frozenset(f"interviewpanel.view_{one}" for one in _PANELS),
    ),
    "panels:write": (
        "Set panels up and publish them",
        frozenset(
            f"interviewpanel.{action}_{one}" for action in ("view", "add", "change", "delete") for one in _PANELS
        ),
    ),
    "interviews:read": (
        "Read invitations and how interviews stand",
        frozenset(f"interviewpanel.view_{one}" for one in ("interviewpanelcandidate", "interviewsession")),
    ),
    "interviews:write": (
        "Invite, start, end and extend interviews",
        frozenset(f"interviewpanel.{action}_interviewpanelcandidate" for action in ("view", "add", "change"))
        | frozenset(f"interviewpanel.{action}_interviewsession" for action in ("view", "steer"))
        | {"organizations.view_candidate", "organizations.add_candidate", "interviewpanel.view_interviewpanel"},
    ),
    "calls:read": ("Read which phone calls there were", frozenset({"interviewpanel.view_phonecall"})),
    "calls:write": (
        "Have candidates called by phone, and record that they agreed to it",
        frozenset(
            f"interviewpanel.{one}" for one in ("view_phonecall", "place_phonecall", "view_interviewpanelcandidate")
        ),
    ),
    "results:read": (
        "Read transcripts, scores, reports and recordings",
        frozenset(
            f"interviewpanel.view_{one}"
            for one in ("interviewsession", "answer", "answerscore", "audiosegment", "transcriptentry", "decision")
        )
        | {"reports.view_interviewreport"},
    ),
    "results:write": (
        "Have answers scored again",
        frozenset(
            f"interviewpanel.{one}" for one in ("view_interviewsession", "view_answerscore", "rescore_answerscore")
        ),
    ),
    "assessments:write": (
        "Be the assessment partner of an applicant tracking system",
        frozenset(
            {
                "interviewpanel.view_interviewpanel",
                "interviewpanel.add_interviewpanelcandidate",
                "reports.view_interviewreport",
            }
        ),
    ),
    "usage:read": (
        "Read what language models used",
        frozenset({"questionbank.view_modelcall"}),
    ),
    "webhooks:write": (
        "Say where events are sent",
        frozenset(f"organizations.{action}_webhookendpoint" for action in ("view", "add", "change", "delete"))
        | {"organizations.view_webhookdelivery"},
    ),
}


def list_scope_permissions(scopes: Iterable[str]) -> frozenset[str]:
    """The permissions of all of them together. What is no scope gives none."""
    return frozenset().union(*(SCOPES[one][1] for one in scopes if one in SCOPES))


def list_scopes_with(permission: str) -> list[str]:
    """The scopes that give a permission, those that give least first."""
    found = [name for name, (_, permissions) in SCOPES.items() if permission in permissions]
    return sorted(found, key=lambda name: len(SCOPES[name][1]))
