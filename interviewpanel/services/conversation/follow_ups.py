"""The words of a follow-up question: prepared while the candidate speaks, chosen when the answer is over.

`prepare_follow_up` is called with every stretch of an open answer that was heard; `choose_follow_up` by
services/questions, under the session's lock. Neither waits.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from interviewpanel.models import Answer, InterviewSession, PreparedLine
from interviewpanel.selectors.speech import compose_follow_up
from interviewpanel.services.conversation.lines import Kind, State, open_line, take_line

FEWEST_WORDS = 12  # of what was said, before a follow-up to it makes sense
MOST_LINES = 3  # for one answer; each is begun when twice as much was said


@dataclass(frozen=True)
class FollowUpWords:
    """`reason` is stored with the answer: why it was asked, and where its words come from."""

    text: str
    reason: dict[str, object] = field(default_factory=dict)


def prepare_follow_up(session: InterviewSession, answer_id: int, now: datetime) -> None:
    """Effects: a line is due on what was said so far, if there is enough of it, and one or none at work already."""
    panel = session.invitation.panel
    if not panel.max_follow_ups or not panel.words_by_model:
        return
    answer = Answer.objects.select_related("question_version").get(pk=answer_id)
    if not answer.is_open or (answer.is_follow_up and panel.max_follow_ups == 1):
        return
    said = " ".join(segment.text for segment in answer.segments.order_by("number") if segment.text)
    words = len(said.split())
    earlier = list(session.prepared_lines.filter(answer=answer, kind=Kind.FOLLOW_UP).order_by("pk"))
    if earlier and (len(earlier) == MOST_LINES or earlier[-1].state == State.WAITING):
        return
    if words >= max(FEWEST_WORDS, 2 * int(earlier[-1].details["words"]) if earlier else 0):
        open_line(session, Kind.FOLLOW_UP, now=now, answer=answer, said=said, words=words)


def choose_follow_up(session: InterviewSession, last: Answer, missing: Sequence[str], now: datetime) -> FollowUpWords:
    """The prepared question if what it asks about is still missing, else the sentence that everybody is asked.

    `last` is the answer that stayed on the surface, `missing` what was not heard of what was expected.
    """

    def is_still_missing(line: PreparedLine) -> bool:
        return line.details.get("element") in missing

    reason: dict[str, object] = {"rule": "shallow_answer", "missing": len(missing)}
    line = take_line(session, Kind.FOLLOW_UP, now=now, answer=last, fits=is_still_missing)
    if line is not None:
        return FollowUpWords(line.text, {**reason, "words": "model", "line": str(line.uuid)})
    kind = last.question_version.question.kind
    text = compose_follow_up(kind, session.invitation.panel.language, is_first=not last.is_follow_up)
    return FollowUpWords(text, {**reason, "words": "template"})
