"""What messages about an invitation say: the built-in words, the values of their placeholders, and what is said in any
case (deadline with time zone, how long, that a computer program holds the interview, accommodations).

Called by services/invitation_messages.py.
"""

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format

from interviewpanel.models import InterviewPanelCandidate
from organizations.models import Organization
from organizations.selectors import find_zone
from organizations.services.message_kinds import Content, Words

FOLDER = Path(__file__).resolve().parent.parent / "messages"
FORMATS = {"en": "l, j F Y, H:i", "de": r"l, j. F Y, H:i \U\h\r"}
SAMPLE_MINUTES = 20
PLACEHOLDERS: Mapping[str, str] = {
    "candidate_name": "the candidate's full name",
    "first_name": "the first word of it",
    "job_title": "the job, as the panel calls it",
    "organization": "your organization's name",
    "deadline": "until when the interview can be begun, or a place is held: date, time and time zone",
    "duration": "how long it takes",
    "contact": "your organization's contact address",
    "link": "the candidate's private link, in e-mail as a button where it stands alone in a line",
}
UNLINKED = frozenset({"revoked"})  # nothing can be begun any more
TIMELESS = frozenset({"answered"})  # what was asked for may be asked after the interview, too


def list_placeholders(kind: str) -> Mapping[str, str]:
    left_out = {"link"} if kind in UNLINKED else {"deadline", "duration"} if kind in TIMELESS else set()
    return {name: meaning for name, meaning in PLACEHOLDERS.items() if name not in left_out}


def read_texts(language: str) -> dict[str, Any]:
    """The built-in words of a language, English where there are none; no file but ours is read, whatever is asked."""
    return _read_file(language if language in list_languages() else settings.LANGUAGE_CODE)


@cache
def list_languages() -> frozenset[str]:
    return frozenset(path.stem for path in FOLDER.glob("*.toml"))


@cache
def _read_file(language: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


def read_words(kind: str, channel: str, language: str) -> Words:
    texts = read_texts(language)[kind][channel]
    return Words(texts.get("subject", ""), texts["text"].strip())


def tell_moment(at: datetime, organization: Organization, language: str) -> str:
    """Such as: Saturday, 21 November 2026, 18:00 (Europe/Berlin, UTC+01:00)."""
    zone = find_zone(organization)
    local = timezone.localtime(at, zone)
    offset = f"{local:%z}"
    named = zone.key if zone.key == "UTC" else f"{zone.key}, UTC{offset[:3]}:{offset[3:]}"
    with translation.override(language):
        return f"{date_format(local, FORMATS.get(language, FORMATS['en']))} ({named})"


def describe_invitation(invitation: InterviewPanelCandidate, link: str, kind: str, language: str) -> Content:
    panel = invitation.panel
    return _describe(
        organization=invitation.organization,
        kind=kind,
        language=language,
        name=invitation.candidate.full_name,
        job_title=panel.job_title,
        deadline=invitation.expires_at,
        minutes=round(invitation.talking_limit_seconds / 60),
        link=link,
        opens_at=panel.opens_at,
    )


def describe_place(invitation: InterviewPanelCandidate, link: str, held_until: datetime, language: str) -> Content:
    """That a place is free for who waited in line; the deadline is that of the place."""
    return _describe(
        organization=invitation.organization,
        kind="place_free",
        language=language,
        name=invitation.candidate.full_name,
        job_title=invitation.panel.job_title,
        deadline=held_until,
        minutes=round(invitation.talking_limit_seconds / 60),
        link=link,
        opens_at=None,
    )


def describe_answer(invitation: InterviewPanelCandidate, link: str, language: str, *, can_begin: bool) -> Content:
    """That people have answered what the candidate asked for; until when they can begin, where they can."""
    return _describe_answer(
        organization=invitation.organization,
        language=language,
        name=invitation.candidate.full_name,
        job_title=invitation.panel.job_title,
        deadline=invitation.expires_at if can_begin else None,
        link=link,
    )


def describe_sample(organization: Organization, kind: str, language: str, now: datetime) -> Content:
    """Made-up values, with a link that opens nothing."""
    sample = read_texts(language)["sample"]
    if kind in TIMELESS:
        return _describe_answer(
            organization=organization,
            language=language,
            name=sample["candidate_name"],
            job_title=sample["job_title"],
            deadline=now + timedelta(hours=settings.INTERVIEW_LINK_HOURS),
            link=f"{settings.PUBLIC_URL}/i/sample/privacy/",
        )
    return _describe(
        organization=organization,
        kind=kind,
        language=language,
        name=sample["candidate_name"],
        job_title=sample["job_title"],
        deadline=now + timedelta(hours=settings.INTERVIEW_LINK_HOURS),
        minutes=SAMPLE_MINUTES,
        link=f"{settings.PUBLIC_URL}/i/sample/",
        opens_at=None,
    )


def _describe(
    *,
    organization: Organization,
    kind: str,
    language: str,
    name: str,
    job_title: str,
    deadline: datetime,
    minutes: int,
    link: str,
    opens_at: datetime | None,
) -> Content:
    frame = read_texts(language)["frame"]
    until, lasts = tell_moment(deadline, organization, language), frame["about"].format(minutes=minutes)
    values = {
        "candidate_name": name,
        "first_name": name.split(" ")[0],
        "job_title": job_title,
        "organization": organization.name,
        "deadline": until,
        "duration": lasts,
        "contact": organization.contact_email,
    }
    asked = [(frame["questions"], organization.contact_email)] if organization.contact_email else []
    if kind in UNLINKED:
        return Content({**values, "link": ""}, facts=tuple(asked))
    opening = [(frame["opens"], tell_moment(opens_at, organization, language))] if opens_at else []
    return Content(
        values={**values, "link": link},
        link=link,
        button=frame["button"],
        facts=(*opening, (frame["deadline"], until), (frame["duration"], lasts), *asked),
        notes=(frame["disclosure"], frame["accommodation"]),
    )


def _describe_answer(
    *, organization: Organization, language: str, name: str, job_title: str, deadline: datetime | None, link: str
) -> Content:
    frame, contact = read_texts(language)["frame"], organization.contact_email
    values = {
        "candidate_name": name,
        "first_name": name.split(" ")[0],
        "job_title": job_title,
        "organization": organization.name,
        "contact": contact,
        "link": link,
    }
    begin = [(frame["deadline"], tell_moment(deadline, organization, language))] if deadline else []
    asked = [(frame["questions"], contact)] if contact else []
    return Content(values=values, link=link, button=frame["answer_button"], facts=(*begin, *asked))
