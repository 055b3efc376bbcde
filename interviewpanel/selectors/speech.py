"""What the interviewer says besides the questions. Plain templates, true by construction."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from interviewpanel.models import InterviewSession

A_NUMBER_OF_MINUTES = re.compile(r"\d+(?=\s+[Mm]inut)")
OPENINGS = {
    "time_is_up": gettext_noop("Our time is up, %(name)s, so we stop here."),
    "ended_by_candidate": gettext_noop("We end here, as you wished, %(name)s."),
    "ended_by_organization": gettext_noop(
        "%(name)s, the people of %(organization)s have ended the interview here. You did nothing wrong."
    ),
    "connection_lost": gettext_noop("We lost the connection for too long, %(name)s, so the interview ends here."),
    "withdrawn": gettext_noop("You have withdrawn, %(name)s, so we stop here."),
    "technical_failure": gettext_noop("Something failed on our side, %(name)s, so we have to stop here."),
    "no_reply": gettext_noop("I could not hear you any more, %(name)s, so the interview ends here."),
}
USUAL_OPENING = gettext_noop("That was my last question, %(name)s.")


def compose_greeting(session: InterviewSession) -> str:
    """By name, with the job and the limits, in the panel's language; says that it is automated."""
    panel, candidate = session.invitation.panel, session.invitation.candidate
    minutes = round(session.clock_limit_seconds / 60)
    values = {"name": candidate.first_name, "organization": session.organization.name, "job": panel.job_title}
    with override(panel.language):
        text = _(
            "Hello %(name)s, and welcome. I am the automated interviewer of %(organization)s, and this is your "
            "interview for %(job)s. We have up to %(minutes)s minutes. Take the time you need: you can ask me to "
            "repeat a question, to give you a moment to think, or to pause. Say when you are done, or simply stop "
            "speaking. Let us begin."
        )
    return text % {**values, "minutes": minutes}


def hide_time_granted(greeting: str) -> str:
    """The greeting for those who rate: how long somebody has tells of an accommodation, so it is hidden of all."""
    return A_NUMBER_OF_MINUTES.sub("…", greeting)


def compose_closing(session: InterviewSession, reason: str) -> str:
    """In the panel's language."""
    values = {"name": session.invitation.candidate.first_name, "organization": session.organization.name}
    with override(session.invitation.panel.language):
        opening = _(OPENINGS.get(reason, USUAL_OPENING)) % values
        if reason == "withdrawn":
            rest = _("Thank you for your time. Your private link shows what is stored, and lets you ask for erasure.")
        else:
            rest = _("Thank you for your answers. They are saved, and a person will read them.")
    return f"{opening} {rest}"


def compose_what_next(session: InterviewSession, reason: str) -> str:
    """In the panel's language."""
    with override(session.invitation.panel.language):
        if reason == "withdrawn":
            text = _("The people of %(organization)s see in their list that you have withdrawn.")
        else:
            text = _("%(organization)s reads your answers and a person decides what happens next.")
    return text % {"organization": session.organization.name}


def count_heard_seconds(*texts: str) -> float:
    """How long spoken texts take to hear: words ÷ 2.5 a second, plus one second."""
    return sum(len(text.split()) for text in texts) / 2.5 + 1.0
