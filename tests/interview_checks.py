"""What must be true of an interview after a fault, read from the site's database and storage."""

from collections import Counter

from interviewpanel.engines.flac import decode_audio
from interviewpanel.models import Answer, AnswerScore, AudioSegment, InterviewSession, SessionEvent, SessionStep
from interviewpanel.services.invitations import hash_token
from reports.models import InterviewReport
from tests.live_site import SITE, LiveSite
from tests.processes import wait_until
from tests.robots import Robot

SAID_DONE = ("done", "typed", "skipped")  # the candidate ended the turn, so nothing that was recorded may be missing
WORK = (SessionStep, AudioSegment, AnswerScore, InterviewReport)


def find_session(link: str) -> InterviewSession:
    token = link.rstrip("/").rsplit("/", 1)[-1]
    return InterviewSession.objects.using(SITE).get(invitation__token_hash=hash_token(token))


def list_unfinished_work() -> list[str]:
    rows = []
    for model in WORK:
        for row in model.objects.using(SITE).filter(work_status__in=["queued", "running"]):
            rows.append(f"{model.__name__} {row.pk} {row.work_status}, attempt {row.attempts}: {row.last_error[:80]}")
    return rows


def wait_for_work(*, seconds: float) -> None:
    """Until every piece of work is over; says which is not."""

    def is_idle() -> bool:
        unfinished[:] = list_unfinished_work()
        return not unfinished

    unfinished: list[str] = []
    try:
        wait_until("all work is over", is_idle, seconds=seconds, poll_seconds=0.2)
    except AssertionError as error:
        raise AssertionError(f"{error}\n" + "\n".join(unfinished)) from None


def check_answers_whole(site: LiveSite, robot: Robot) -> None:
    """The stored segments tile each answer and hold the very frames that the robot recorded, each once, in order."""
    session = find_session(robot.link)
    answers = list(Answer.objects.using(SITE).filter(session=session).order_by("number"))
    assert [answer.number for answer in answers] == [result.answer for result in robot.result.answers]
    for answer in answers:
        frames = robot.outbox.recorded[answer.number]
        segments = list(AudioSegment.objects.using(SITE).filter(answer=answer).order_by("number"))
        what = f"answer {answer.number} ({answer.closed_reason})"
        check_tiling(what, segments)
        last = segments[-1].last_sequence if segments else -1
        assert answer.closing_sequence == last, f"{what} closes at {answer.closing_sequence}, its audio ends at {last}"
        if answer.closed_reason in SAID_DONE:
            assert last == len(frames) - 1, f"{what}: {len(frames)} frames recorded, stored only through {last}"
        stored = b"".join(decode_audio(site.media(segment.file.name)).tobytes() for segment in segments)
        assert stored == b"".join(frames[: last + 1]), f"{what}: the stored audio is not what the robot sent"


def check_tiling(what: str, segments: list[AudioSegment]) -> None:
    frame, sample = 0, 0
    for segment in segments:
        here = (segment.first_sequence, segment.start_sample)
        assert here == (frame, sample), f"{what}: segment {segment.number} begins at {here}, not at {(frame, sample)}"
        assert segment.lost_samples == 0, f"{what}: segment {segment.number} lost {segment.lost_samples} samples"
        frame, sample = segment.last_sequence + 1, segment.end_sample


def check_scored_once(robot: Robot) -> None:
    """Every answer with words has exactly one score, none failed, and each was told exactly once."""
    session = find_session(robot.link)
    answers = list(Answer.objects.using(SITE).filter(session=session).order_by("number"))
    assert session.status == "completed", f"the interview is {session.status} ({session.end_reason})"
    made = AnswerScore.objects.using(SITE).filter(answer__session=session)
    scores = Counter(made.values_list("answer_id", flat=True))
    for answer in answers:
        wanted = ("skipped", 0) if answer.closed_reason == "skipped" else ("scored", 1)
        assert (answer.status, scores[answer.pk]) == wanted, f"answer {answer.number}: (status, scores) {wanted} wanted"
    states = set(made.values_list("work_status", flat=True))
    assert states <= {"done"}, f"scoring ended as {states}"
    check_events(session, answers)


def check_events(session: InterviewSession, answers: list[Answer]) -> None:
    events = list(SessionEvent.objects.using(SITE).filter(session=session).order_by("sequence"))
    sequences = [event.sequence for event in events]
    assert sequences == list(range(1, session.event_sequence + 1)), f"the events have gaps or doubles: {sequences}"
    told = Counter((event.type, event.payload.get("answer_uuid")) for event in events)
    spoken = [str(answer.uuid) for answer in answers if answer.closed_reason != "skipped"]
    wanted = Counter(
        [("greeting", None), ("interview_completed", None)]
        + [("next_question", str(answer.uuid)) for answer in answers]
        + [(kind, uuid) for uuid in spoken for kind in ("transcription_update", "scoring_update")]
    )
    partial = [event for event in events if event.type == "transcription_update" and event.payload["is_partial"]]
    told.subtract(("transcription_update", event.payload["answer_uuid"]) for event in partial)
    assert +told == wanted, f"told but not due: {+(told - wanted)}; due but not told: {+(wanted - told)}"
