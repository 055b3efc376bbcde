"""What the interviewer says besides the questions. Plain templates, true by construction."""

import re

from interviewpanel.models import InterviewSession

A_NUMBER_OF_MINUTES = re.compile(r"\d+(?=\s+[Mm]inut)")


def compose_greeting(session: InterviewSession) -> str:
    """By name, with the job and the limits; says that it is automated."""
    panel, candidate = session.invitation.panel, session.invitation.candidate
    minutes = round(session.clock_limit_seconds / 60)
    return (
        f"Hello {candidate.first_name}, and welcome. I am the automated interviewer of {session.organization.name}, "
        f"and this is your interview for {panel.job_title}. We have up to {minutes} minutes. Take the time you need: "
        "you can ask me to repeat a question, to give you a moment to think, or to pause. Say when you are done, or "
        "simply stop speaking. Let us begin."
    )


def hide_time_granted(greeting: str) -> str:
    """The greeting for those who rate: how long somebody has tells of an accommodation, so it is hidden of all."""
    return A_NUMBER_OF_MINUTES.sub("…", greeting)


def compose_closing(session: InterviewSession, reason: str) -> str:
    name = session.invitation.candidate.first_name
    opening = {
        "time_is_up": f"Our time is up, {name}, so we stop here.",
        "ended_by_candidate": f"We end here, as you wished, {name}.",
        "connection_lost": f"We lost the connection for too long, {name}, so the interview ends here.",
        "withdrawn": f"You have withdrawn, {name}, so we stop here.",
        "technical_failure": f"Something failed on our side, {name}, so we have to stop here.",
        "no_reply": f"I could not hear you any more, {name}, so the interview ends here.",
    }.get(reason, f"That was my last question, {name}.")
    if reason == "withdrawn":
        return (
            f"{opening} Thank you for your time. Your private link shows what is stored, and lets you ask for erasure."
        )
    return f"{opening} Thank you for your answers. They are saved, and a person will read them."


def compose_what_next(session: InterviewSession, reason: str) -> str:
    if reason == "withdrawn":
        return f"{session.organization.name} has been told that you have withdrawn."
    return f"{session.organization.name} reads your answers and a person decides what happens next."


def count_heard_seconds(*texts: str) -> float:
    """How long spoken texts take to hear: words ÷ 2.5 a second, plus one second."""
    return sum(len(text.split()) for text in texts) / 2.5 + 1.0
