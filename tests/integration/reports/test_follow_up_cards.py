"""A follow-up in the report and the review: beneath its question, in its score, and never a score of its own."""

import pytest

from interviewpanel.domain.human_ratings import RatingRefused
from interviewpanel.models import Answer
from interviewpanel.selectors.blind_ratings import list_hidden_answers
from interviewpanel.services.human_ratings import rate_answer
from organizations.selectors import Reach
from reports.domain.evaluation import compile_scorecard
from reports.domain.evidence import AnswerPart, Evidence
from reports.selectors.review import Reader, read_review
from reports.selectors.review_recordings import Links
from tests.interview_rows import (
    ENDED_AT,
    SPOKEN,
    World,
    add_answer,
    add_score,
    add_segments,
    make_session,
    make_world,
    read_rows,
)

pytestmark = pytest.mark.django_db
TOLD_LATER = "Every insert becomes slower with each index."
LINKS = Links(sound=lambda number: f"/sound/{number}", video=str, captions=str, whole=str, whole_captions=str, room=str)


@pytest.fixture
def world() -> World:
    return make_world()


def hold(world: World, **follow_up: object) -> tuple[Answer, Answer]:
    session = make_session(world)
    first = add_answer(session, world, 1)
    add_segments(first)
    fields = {"kind": "follow_up", "follow_up_of": first, "transcript": TOLD_LATER, "question_text": "And why?"}
    second = add_answer(session, world, 2, **{**fields, **follow_up})
    if second.transcript:
        add_segments(second, TOLD_LATER)
    return first, second


def criterion(quote: str, whole: str) -> dict[str, object]:
    start = whole.index(quote)
    return {
        "key": "plan",
        "text": "Looks at the query plan",
        "component": "technical",
        "weight": 1.0,
        "rating": 3,
        "quote": quote,
        "span": [start, start + len(quote)],
        "state": "rated",
        "reason": "",
    }


def score_both(first: Answer, composite: int = 70, quote: str = "insert becomes slower") -> None:
    add_score(first, 40)
    whole = f"{SPOKEN}\n{TOLD_LATER}"
    add_score(first, composite, number=2, follow_ups=1, criteria=[criterion(quote, whole)])


def compile_of(session, **changes):
    interview = read_rows(session)
    return compile_scorecard(
        header=interview.header, kind="final", answers=interview.answers, transcript=interview.transcript, **changes
    )


def test_it_counts_once_with_its_question(world: World) -> None:
    first, _ = hold(world)
    score_both(first, 70)
    scorecard = compile_of(first.session)
    assert [(card.number, card.kind, card.follow_up_of, card.state) for card in scorecard.answers] == [
        (1, "question", None, "scored"),
        (2, "follow_up", 1, "with_question"),
    ]
    assert (scorecard.verdict.overall, scorecard.verdict.planned_weight) == (70, 2.0)
    assert scorecard.missing == ()
    assert scorecard.answers[1].why == "It completes the answer before it: both are scored as one."


def test_a_quote_of_the_follow_up_is_found_there_with_its_second(world: World) -> None:
    first, _ = hold(world)
    score_both(first)
    (line,) = read_rows(first.session).answers[0].criteria
    assert line.state == "rated"
    assert line.quote is not None
    assert (line.quote.answer, line.quote.text, line.quote.span) == (2, "insert becomes slower", (6, 27))
    assert line.quote.start_seconds == pytest.approx(0.4)


def test_a_follow_up_that_was_skipped_before_it_moves_no_quote(world: World) -> None:
    first, second = hold(world, transcript="", status="skipped")
    fields = {"kind": "follow_up", "follow_up_of": first, "transcript": TOLD_LATER}
    third = add_answer(first.session, world, second.number + 1, **fields)
    add_segments(third, TOLD_LATER)
    score_both(first)
    (line,) = read_rows(first.session).answers[0].criteria
    assert line.quote is not None
    assert (line.state, line.quote.answer, line.quote.text) == ("rated", 3, "insert becomes slower")


def test_a_score_of_the_first_answer_alone_proves_nothing_by_words_said_later(world: World) -> None:
    first, _ = hold(world)
    add_score(first, 40, criteria=[criterion("insert becomes slower", f"{SPOKEN}\n{TOLD_LATER}")])
    (line,) = read_rows(first.session).answers[0].criteria
    assert (line.state, line.quote) == ("void", None)


def test_of_a_quote_across_both_the_longer_piece_is_shown() -> None:
    evidence = Evidence([AnswerPart(1, "one two", ()), AnswerPart(2, "three four five", ())])
    found = evidence.find("two\nthree four")
    assert found is not None
    assert (found.answer, found.text, found.span) == (2, "three four", (0, 10))


@pytest.mark.parametrize(
    ("status", "reason", "words"),
    [
        ("skipped", "skipped", "The candidate chose to skip this follow-up."),
        ("no_speech", "no_speech_timeout", "Nothing was said to this follow-up."),
        ("technical_failure", "no_audio_timeout", "No sound arrived from the candidate's microphone."),
    ],
)
def test_without_an_answer_it_counts_nothing_and_says_so(world: World, status: str, reason: str, words: str) -> None:
    first, _ = hold(world, transcript="", status=status, closed_reason=reason)
    add_score(first, 64)
    scorecard = compile_of(first.session)
    assert scorecard.verdict.overall == 64
    card = scorecard.answers[1]
    assert card.why == f"{words} The answer before it is scored as it was given."
    assert card.points is None


def test_until_it_is_scored_with_its_question_it_is_pending(world: World) -> None:
    first, _ = hold(world, status="transcribed")
    add_score(first, 40)
    assert read_rows(first.session).answers[1].state == "pending"


def test_in_review_the_quote_is_marked_in_the_follow_up_and_played_from_there(world: World) -> None:
    first, _ = hold(world)
    score_both(first)
    review = read_review(session=first.session, reader=Reader(), links=LINKS, now=ENDED_AT)
    whole, follow_up = review.questions
    quote = whole.criteria[0].quote
    assert quote is not None
    assert (quote.answer, quote.start_seconds) == (2, pytest.approx(0.4))
    assert [piece.text for piece in follow_up.pieces if quote.key in piece.marks] == [
        "insert",
        " ",
        "becomes",
        " ",
        "slower",
    ]
    assert not any(quote.key in piece.marks for piece in whole.pieces)
    assert (follow_up.can_be_rated, follow_up.can_be_overridden, follow_up.assesses) == (False, False, "")
    assert whole.can_be_rated


def test_it_is_rated_with_its_question(world: World, django_user_model: type) -> None:
    first, second = hold(world)
    score_both(first)
    user = django_user_model.objects.create_user(email="rater@example.org", password="x")
    with pytest.raises(RatingRefused, match="A follow-up is rated with its question"):
        rate_answer(answer_id=second.pk, user=user, ratings={}, composite=50, reason="", is_blind=False, now=ENDED_AT)
    world.panel.rates_blind = "everyone"
    world.panel.save()
    reach = Reach(sees_all=False, roles={world.organization.pk: "reviewer"})
    assert list(list_hidden_answers(user.pk, reach)) == [first]
