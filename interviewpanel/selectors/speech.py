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
FOLLOW_UPS = {
    "technical": gettext_noop("Thank you. Could you go a little deeper: how does that work, and what follows from it?"),
    "behavioral": gettext_noop("Thank you. Could you tell me more of what you did yourself, and how it turned out?"),
    "situational": gettext_noop("Thank you. What exactly would you do, step by step, and why in that order?"),
    "experience": gettext_noop("Thank you. Could you give me one concrete example, and say what your part in it was?"),
}
LAST_FOLLOW_UP = gettext_noop("Is there anything that you would add to that?")
USUAL_OPENING = gettext_noop("That was my last question, %(name)s.")


def compose_greeting(session: InterviewSession, personal: str = "") -> str:
    """By name, with the job and the limits, in the panel's language; says that it is automated. `personal` is one
    sentence more, worded for this job."""
    panel, candidate = session.invitation.panel, session.invitation.candidate
    minutes = round(session.clock_limit_seconds / 60)
    values = {"name": candidate.first_name, "organization": session.organization.name, "job": panel.job_title}
    with override(panel.language):
        welcome = _(
            "Hello %(name)s, and welcome. I am the automated interviewer of %(organization)s, and this is your "
            "interview for %(job)s."
        )
        limits = _(
            "We have up to %(minutes)s minutes. Take the time you need: you can ask me to repeat a question, to say it "
            "in other words, to give you a moment to think, or to pause. Say when you are done, or simply stop "
            "speaking. Let us begin."
        )
        return " ".join(part for part in (welcome % values, personal, limits % {"minutes": minutes}) if part)


def hide_time_granted(greeting: str) -> str:
    """The greeting for those who rate: how long somebody has tells of an accommodation, so it is hidden of all."""
    return A_NUMBER_OF_MINUTES.sub("…", greeting)


def compose_follow_up(kind: str, language: str, *, is_first: bool) -> str:
    """By the kind of the question. It names nothing that was expected, so that it helps everybody alike."""
    with override(language):
        return _(FOLLOW_UPS[kind] if is_first else LAST_FOLLOW_UP)


def compose_highlight(quote: str, topic: str, language: str) -> str:
    """What was said, and on what: no judgement of it."""
    with override(language):
        return _("On %(topic)s I have noted your words: “%(quote)s”.") % {"topic": topic, "quote": quote}


def compose_closing(session: InterviewSession, reason: str, highlight: str = "") -> str:
    """In the panel's language. `highlight` is a sentence on something that the candidate said."""
    values = {"name": session.invitation.candidate.first_name, "organization": session.organization.name}
    with override(session.invitation.panel.language):
        opening = _(OPENINGS.get(reason, USUAL_OPENING)) % values
        if reason == "withdrawn":
            rest = _("Thank you for your time. Your private link shows what is stored, and lets you ask for erasure.")
        else:
            rest = _("Thank you for your answers. They are saved, and a person will read them.")
    return " ".join(part for part in (opening, highlight, rest) if part)


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
