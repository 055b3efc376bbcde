"""What a phone's lines say, in the panel's language (domain/phone_script.py names them). Read by views/phone_line.py.

Everything a candidate must know without a screen is a sentence here; what the interviewer says of its own is an event.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from interviewpanel.models import InterviewPanelCandidate, InterviewSession, SessionEvent

WORDS = {
    "keys": gettext_noop(
        "You can answer as soon as a question has been asked. Press 1 to hear it again, 2 to hear it in other words, 3 "
        "for a moment to think, 4 to skip it, 5 to pause, 9 to end the interview, and the hash key when you are done. "
        "Press 0 to hear this again."
    ),
    "keys_recorded": gettext_noop(
        "After each question, answer behind the tone. Press 1 to hear it again, 4 to skip it, 5 to pause, and the hash "
        "key when you are done."
    ),
    "back": gettext_noop("We go on where we were. Press 0 to hear the keys."),
    "back_paused": gettext_noop("The interview is paused. Press 5 to go on."),
    "paused": gettext_noop("The interview is paused. Press 5 to go on."),
    "resumed": gettext_noop("We go on."),
    "pause_over": gettext_noop("The time for pauses is used up, so we go on."),
    "pause_budget_spent": gettext_noop("The time for pauses is used up, so we go on."),
    "are_you_there": gettext_noop("Are you still there? Say something, or press 5, to go on."),
    "cannot_hear": gettext_noop("We cannot hear you: no sound arrives here. Please check whether your phone is muted."),
    "no_words": gettext_noop("I have not heard anything yet. Is your phone muted? Press 3 if you need a moment."),
    "minutes_left": gettext_noop("About %(number)s minutes are left."),
    "longest_turn": gettext_noop("Your answer has nearly reached its longest time. Press 3 for more time."),
    "turn_no_more_time": gettext_noop("This answer has had all the extra time there is."),
    "interview_not_live": gettext_noop("There is no interview to end: it has not begun."),
    "confirm_end": gettext_noop("Press 9 again to end the interview here, or any other key to go on."),
    "queue_place": gettext_noop("All places are taken just now. You are number %(number)s in line."),
    "queue_minutes": gettext_noop("Minutes until it is your turn: about %(number)s."),
    "queue_drained": gettext_noop("This site is being updated and begins no interviews just now. You keep your place."),
    "queue_stay": gettext_noop("Please stay on the line: the interview begins by itself."),
    "consent_changed": gettext_noop("The text you agreed to has changed meanwhile. Please listen to it again."),
    "fault": gettext_noop("Something failed on our side. Please stay on the line: we go on in a moment."),
    "elsewhere": gettext_noop("This interview goes on elsewhere, so this call ends. Goodbye."),
    "goodbye": gettext_noop("We could not understand an answer, so this call ends. Goodbye."),
    "sorry": gettext_noop("Please excuse the disturbance. Goodbye."),
    "never_by_key": gettext_noop("If you do not want to be called again, press 9 now."),
    "never": gettext_noop("This number will not be called again. Goodbye."),
    "agreement": gettext_noop(
        "Before we begin, please listen to what you agree to. If you do not want to, press 2 at any time."
    ),
    "agreement_question": gettext_noop("Do you agree? Press 1 or say yes. If you do not, press 2 or say no."),
    "declined": gettext_noop(
        "Then there is no recording and no interview. You can ask for an interview by a person: your invitation says "
        "how. That is not held against you. Goodbye."
    ),
    "unavailable": gettext_noop("Interviews by phone are not available here. Please use the link in your invitation."),
    "not_understood": gettext_noop("I did not understand that."),
    "pin_wrong": gettext_noop("That PIN is not right."),
    "pin_goodbye": gettext_noop("Please look up the PIN on the page of your invitation, and call again. Goodbye."),
    "pin_limit": gettext_noop("There were too many wrong PINs. Please call again in an hour. Goodbye."),
    "pin_ask": gettext_noop("Welcome. Please enter the nine digits of your interview PIN."),
    "link_withdrawn": gettext_noop("This invitation was withdrawn. Please ask the people who invited you. Goodbye."),
    "link_withdrawn_by_candidate": gettext_noop("You have withdrawn, so there is no interview any more. Goodbye."),
    "link_expired": gettext_noop("This invitation has expired. Please ask the people who invited you. Goodbye."),
    "link_erased": gettext_noop("Everything about this interview was erased. Goodbye."),
    "link_over": gettext_noop("This interview is over. Thank you for taking part. Goodbye."),
    "link_closed": gettext_noop("This interview is closed. Please ask the people who invited you. Goodbye."),
    "link_not_open_yet": gettext_noop("This interview is not open yet. Please call again later. Goodbye."),
}
# What a live interview says of these, the likeliest first; a number's place is for the time that is left.
SAID_LIVE = (
    "keys",
    "keys_recorded",
    "resumed",
    "paused",
    "back",
    "no_words",
    "are_you_there",
    "confirm_end",
    "longest_turn",
    "cannot_hear",
    "back_paused",
    "pause_over",
    "turn_no_more_time",
    "interview_not_live",
)
DISCLOSURE = gettext_noop(
    "Hello. This is the automated interviewer of %(organization)s. I am a computer program, and this is about an "
    "interview you were invited to."
)
IDENTITY = gettext_noop(
    "Am I speaking with %(name)s? Press 1 or say yes. If not, press 2 or say no. If you do not want to be called "
    "again, press 9."
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """`is_question`: of the bank, or made for the place of one."""

    text: str
    is_question: bool = False


def say_words(code: str, language: str, number: int | None = None) -> str:
    """A sentence that is always the same. An unknown code is a fault on our side, and said as one."""
    with override(language):
        return _(WORDS.get(code, WORDS["fault"])) % {"number": number}


def say_line(session: InterviewSession | None, line: str, language: str) -> list[Sentence]:
    """One line's sentences; none for an event that is not there (any more)."""
    kind, _dot, name = line.partition(".")
    if kind == "words":
        code, _dot, number = name.partition(".")
        return [Sentence(say_words(code, language, int(number) if number else None))]
    if session is None:
        return []
    event = SessionEvent.objects.filter(session=session, sequence=int(name)).first()
    payload = {} if event is None else event.payload
    is_question = event is not None and event.type == "next_question"
    texts = [str(payload[key]) for key in ("message", "what_next") if payload.get(key)]
    return [Sentence(text, is_question) for text in texts]


def list_closing_lines(session: InterviewSession) -> list[str]:
    """The last words of an interview that is over; none where it ended without any."""
    ended = SessionEvent.objects.filter(session=session, type="interview_completed").order_by("-sequence").first()
    return [] if ended is None else [f"event.{ended.sequence}"]


def ask_identity(invitation: InterviewPanelCandidate) -> list[str]:
    """Who calls, that it is a machine, and for whom; nothing of what the interview is for is said to a stranger."""
    values = {"organization": invitation.organization.name, "name": invitation.candidate.full_name}
    with override(invitation.panel.language):
        return [_(DISCLOSURE) % values, _(IDENTITY) % values]
