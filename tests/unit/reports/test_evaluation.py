"""From answers to a scorecard: numbers only where something was measured, and a reason everywhere else."""

from dataclasses import replace

from reports.domain.answer_cards import Component
from reports.domain.evaluation import COVERAGE_WARNING, ROUGH_WARNING, compile_scorecard
from reports.domain.scorecard import EngineNote, MissingPart, Recommendation, Unasked, Verdict
from tests.scorecards import (
    make_cards,
    make_empty_scorecard,
    make_header,
    make_rough_cards,
    make_scorecard,
)


def test_the_sample_interview_has_the_numbers_of_the_formulas() -> None:
    scorecard = make_scorecard()

    # weights 2 2 1 1 2 1 1 1 (9: left out) 1 (10: skipped, 0)
    overall = round((93 * 2 + 89 * 2 + 84 + 79 + 62 * 2 + 45 + 91 + 88 + 0) / 12)
    assert scorecard.verdict == Verdict(
        state="final",
        overall=overall,
        overall_of_ten=overall / 10,
        grade="C",
        recommendation=Recommendation(code="consider", label="Consider for Next Round", three_step="consider"),
        planned_weight=14.0,
        scored_weight=12.0,
    )
    assert [(one.key, one.value, one.why) for one in scorecard.measures] == [
        ("technical", 67, ""),
        ("communication", 77, ""),
        ("problem_solving", 88, ""),
        ("role_fit", 91, ""),
    ]
    assert [(one.label, one.value, one.answers) for one in scorecard.categories] == [
        ("Databases", 91, (1, 2, 9)),
        ("Python", 54, (3, 4, 10)),
        ("System design", 56, (5, 6)),
        ("Working together", 91, (7,)),
        ("Operations", 88, (8,)),
    ]


def test_what_is_missing_is_named_with_its_reason_and_its_effect() -> None:
    assert make_scorecard().missing == (
        MissingPart(
            what="Answer 9 · Schema changes: technical failure",
            why="The recording could not be transcribed after three attempts. The audio is kept.",
            effect="Left out of the score; not held against the candidate.",
            answer=9,
        ),
    )


def test_lost_audio_inside_a_scored_answer_is_missing_too() -> None:
    cards = list(make_cards())
    cards[0] = replace(cards[0], lost_audio_seconds=4.2)
    cards[1] = replace(cards[1], lost_audio_seconds=0.3, untranscribed_seconds=7.0)
    assert [(part.what, part.why) for part in make_scorecard(cards).missing[1:]] == [
        (
            "Answer 1: 4 s of audio",
            "Sound did not arrive from the candidate's connection and could not be recovered.",
        ),
        ("Answer 2: 7 s of audio", "This stretch could not be transcribed."),
    ]


def test_without_a_language_model_depth_and_clarity_are_not_invented() -> None:
    scorecard = make_scorecard(make_rough_cards(), kind="partial")

    assert scorecard.verdict.state == "partial"
    communication = scorecard.measures[1]
    assert (communication.value, communication.why) == (None, "Clarity was not assessed in any answer.")
    assert [(part.answer, part.effect) for part in scorecard.missing] == [
        (4, "Left out of the score until a person has read it."),
        (6, "Left out of the score until a person has read it."),
        (9, "Left out of the score; not held against the candidate."),
    ]
    assert scorecard.engines == (
        EngineNote(
            role="transcription",
            name="pocketsphinx en-us",
            warning=ROUGH_WARNING,
            answers=(1, 2, 3, 4, 5, 6, 7, 8),
        ),
        EngineNote(
            role="scoring", name="embedded", model="coverage-1", warning=COVERAGE_WARNING, answers=(1, 2, 3, 5, 7, 8)
        ),
    )
    assert scorecard.warnings == (ROUGH_WARNING, COVERAGE_WARNING)


def test_two_scoring_engines_are_told_apart() -> None:
    rough = make_rough_cards()
    scorecard = make_scorecard([*make_cards()[:2], *rough[2:]])
    assert [(note.name, note.answers) for note in scorecard.engines if note.role == "scoring"] == [
        ("ollama", (1, 2)),
        ("embedded", (3, 5, 7, 8)),
    ]
    assert scorecard.warnings[-1] == f"In answers 3, 5, 7 and 8: {COVERAGE_WARNING}"


def test_under_half_of_the_plan_there_is_no_overall_no_grade_and_no_recommendation() -> None:
    cards = [
        card if card.number <= 2 else replace(card, state="technical_failure", composite=None, why="The disk was full.")
        for card in make_cards()
    ]
    scorecard = make_scorecard(cards)
    assert scorecard.verdict == Verdict(
        state="insufficient",
        overall=None,
        overall_of_ten=None,
        grade=None,
        recommendation=None,
        planned_weight=14.0,
        scored_weight=4.0,
        why="only 29 % of what was planned could be scored, and under half is not enough for a number.",
    )
    assert [(one.key, one.value, one.why) for one in scorecard.measures[2:]] == [
        ("problem_solving", None, "No situational answer could be scored."),
        ("role_fit", None, "No behavioural or experience answer could be scored."),
    ]
    assert len(scorecard.missing) == 8


def test_an_answer_that_is_still_being_scored_is_left_out_and_says_so() -> None:
    cards = [replace(card, state="pending", composite=None) if card.number == 1 else card for card in make_cards()]
    assert make_scorecard(cards, kind="partial").missing[0] == MissingPart(
        what="Answer 1 · Indexing: not scored yet",
        why="Its score was not ready in time.",
        effect="Left out of the score; a final report will contain it.",
        answer=1,
    )


def test_a_panels_own_dimension_becomes_a_fifth_score() -> None:
    cards = [
        replace(card, components=(*card.components, Component(key="specificity", label="Specificity", value=60)))
        if card.state == "scored"
        else card
        for card in make_cards()
    ]
    fifth = make_scorecard(cards).measures[4]
    # the skipped question counts 0 here as everywhere: 60 * 11 / 12
    assert (fifth.key, fifth.label, fifth.value) == ("specificity", "Specificity", 55)


def test_nothing_asked_is_a_report_too() -> None:
    scorecard = make_empty_scorecard()
    assert scorecard.verdict == Verdict(
        state="insufficient",
        overall=None,
        overall_of_ten=None,
        grade=None,
        recommendation=None,
        planned_weight=5.0,
        scored_weight=0.0,
        why="only 0 % of what was planned could be scored, and under half is not enough for a number.",
    )
    assert [(one.value, one.why) for one in scorecard.measures] == [
        (None, "No technical question was asked."),
        (None, "Clarity was not assessed in any answer."),
        (None, "No situational question was asked."),
        (None, "No behavioural or experience question was asked."),
    ]
    assert [(part.what, part.answer) for part in scorecard.missing] == [
        ("2 medium questions on Indexing: not asked", None),
        ("1 hard question on asyncio: not asked", None),
    ]
    assert [(one.label, one.value) for one in scorecard.categories] == [("Databases", None), ("Python", None)]
    assert (scorecard.engines, scorecard.answers) == ((), ())


def test_what_was_planned_and_not_asked_counts_in_the_plan() -> None:
    cards = make_cards()[:2]  # weight 4 of 4 scored
    unasked = Unasked(category="Python", subject="asyncio", difficulty="hard", count=5, weight=1.0)
    whole = compile_scorecard(header=make_header(), kind="final", answers=cards, transcript=(), unasked=(unasked,))
    assert (whole.verdict.overall, whole.verdict.planned_weight, whole.verdict.scored_weight) == (None, 9.0, 4.0)
    less = replace(unasked, count=4)
    enough = compile_scorecard(header=make_header(), kind="final", answers=cards, transcript=(), unasked=(less,))
    assert (enough.verdict.overall, enough.verdict.planned_weight) == (91, 8.0)


def test_no_plan_at_all_has_no_overall() -> None:
    scorecard = compile_scorecard(header=make_header(), kind="final", answers=(), transcript=())
    assert (scorecard.verdict.overall, scorecard.verdict.why) == (None, "no question was planned.")
