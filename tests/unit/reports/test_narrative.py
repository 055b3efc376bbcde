"""The narrative says only what was scored, names the answer, and brings words that really stand there."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from reports.domain.answer_cards import AnswerCard, Claim, Quote
from reports.domain.scorecard import FollowUp, Scorecard, Skill
from tests.scorecards import make_cards, make_empty_scorecard, make_rough_cards, make_scorecard

SECTIONS = ("strengths", "gaps", "technical", "behavioural", "red_flags")


def only(number: int, **changes: object) -> Scorecard:
    """The scorecard of one answer of the sample."""
    return make_scorecard([replace(make_cards()[number - 1], **changes)])


def all_claims(scorecard: Scorecard) -> list[Claim]:
    return [claim for name in SECTIONS for claim in getattr(scorecard.narrative, name)]


@pytest.mark.parametrize("cards", [make_cards(), make_rough_cards()], ids=["whole", "rough"])
def test_every_claim_names_its_answers_and_every_quote_stands_in_that_answer(cards: Sequence[AnswerCard]) -> None:
    scorecard = make_scorecard(cards)
    texts = {card.number: card.text for card in cards}
    claims = all_claims(scorecard)
    assert claims
    for claim in claims:
        assert claim.answers
        assert all(quote.text in texts[quote.answer] for quote in claim.quotes)
        assert all(quote.answer in claim.answers for quote in claim.quotes)
    assert all(quote.text in texts[quote.answer] for quote in scorecard.narrative.highlights)


def test_the_summary_of_the_sample() -> None:
    assert [claim.text for claim in make_scorecard().narrative.summary] == [
        (
            "Priya Raghunathan gave 8 answers to 10 questions in 23 min 04 s of interview time for the position Senior "
            "Backend Engineer."
        ),
        "The overall is 73 of 100 (grade C), measured on 86 % of what was planned: “Consider for Next Round”.",
        "The strongest was answer 1 on Indexing, 93 of 100.",
        "The weakest was question 10 on Leaks: skipped, counts 0.",
        "Answer 9 is not in the score; why, is said under “What is missing”.",
    ]


def test_strengths_take_one_from_each_answer_before_a_second_from_any() -> None:
    strengths = make_scorecard().narrative.strengths
    assert [(claim.title, claim.text) for claim in strengths] == [
        ("Answer 1 · Indexing", "Looks at the query plan before changing anything: excellent, 4 of 4."),
        ("Answer 7 · Disagreement", "Tells one concrete case: excellent, 4 of 4."),
        ("Answer 2 · Transactions", "Describes the race between two readers: excellent, 4 of 4."),
        ("Answer 8 · Incident response", "Communicates early: excellent, 4 of 4."),
        ("Answer 3 · asyncio", "Names the single-threaded event loop as the cause: excellent, 4 of 4."),
        ("Answer 4 · asyncio", "Sees that the thread pool is a queue: good, 3 of 4."),
    ]
    assert [claim.title for claim in only(1).narrative.strengths] == ["Answer 1 · Indexing"] * 2


def test_gaps_begin_with_what_counts_nothing() -> None:
    assert [(claim.title, claim.text) for claim in make_scorecard().narrative.gaps] == [
        ("Question 10 · Leaks", "Skipped. It counts 0."),
        ("Answer 6 · Rate limiting", "Uses a store that all servers share: no evidence, 0 of 4."),
        ("Answer 5 · Caching", "Handles a stampede after invalidation: no evidence, 0 of 4."),
        (
            "Answer 6 · Rate limiting",
            (
                "4 of 5 expected points not heard: “Shared store such as Redis”, “Token bucket or sliding window” and "
                "“429 with Retry-After” and 1 more."
            ),
        ),
        (
            "Answer 5 · Caching",
            (
                "3 of 5 expected points not heard: “Protect against a stampede”, “Race between fill and "
                "invalidation” and “Measure the hit rate”."
            ),
        ),
    ]


def test_without_rated_criteria_strengths_come_from_expected_points() -> None:
    first = make_scorecard(make_rough_cards()).narrative.strengths[0]
    assert first.title == "Answer 1 · Indexing"
    assert first.text == (
        "5 of 6 expected points heard: “Read the query plan with EXPLAIN ANALYZE”, “Composite index on customer and "
        "creation date” and “Equality column before the sort column” and 2 more."
    )


def test_a_void_rating_is_neither_strength_nor_gap() -> None:
    card = make_cards()[0]
    void = tuple(replace(one, state="void", rating=None, quote=None) for one in card.criteria)
    narrative = only(1, criteria=void, elements=()).narrative
    assert (narrative.strengths, narrative.gaps) == ((), ())
    assert narrative.silences["strengths"] == "No criterion was rated good or better, and no answer reached 70."


def test_technical_assessment_counts_expected_points_and_says_what_counts_nothing() -> None:
    texts = {claim.title: claim.text for claim in make_scorecard().narrative.technical}
    assert texts == {
        "Databases": "91 of 100, from answers 1 and 2; 9 of 11 expected points heard; best on Indexing (93).",
        "Python": "54 of 100, from answers 3 and 4; 6 of 7 expected points heard; best on asyncio (84); "
        "answer 10 counts 0.",
        "System design": "56 of 100, from answers 5 and 6; 3 of 10 expected points heard; best on Caching (62).",
    }


def test_behavioural_assessment_holds_what_is_not_technical() -> None:
    assert [claim.title for claim in make_scorecard().narrative.behavioural] == [
        "Answer 7 · Behavioural",
        "Answer 8 · Situational",
    ]
    assert only(1).narrative.silences["behavioural"] == (
        "Not assessed: no behavioural, situational or experience question was asked."
    )


def test_skills_are_shown_from_70_and_gaps_below_60_and_a_skipped_question_shows_nothing() -> None:
    narrative = make_scorecard().narrative
    assert [(skill.name, skill.value, skill.answers) for skill in narrative.skills] == [
        ("Indexing", 93, (1,)),
        ("Disagreement", 91, (7,)),
        ("Transactions", 89, (2,)),
        ("Incident response", 88, (8,)),
        ("asyncio", 82, (3, 4)),
    ]
    assert narrative.skill_gaps == (Skill(name="Rate limiting", category="System design", value=45, answers=(6,)),)


@pytest.mark.parametrize(
    ("composite", "is_shown", "is_gap"), [(59, False, True), (60, False, False), (69, False, False), (70, True, False)]
)
def test_the_two_thresholds_of_skills(composite: int, is_shown: bool, is_gap: bool) -> None:
    narrative = only(1, composite=composite).narrative
    assert (bool(narrative.skills), bool(narrative.skill_gaps)) == (is_shown, is_gap)


def test_highlights_are_the_notable_quotes_of_the_best_answers() -> None:
    highlights = make_scorecard().narrative.highlights
    assert [quote.answer for quote in highlights] == [1, 7, 2, 8]
    assert highlights[0] == Quote(
        answer=1,
        text="the equality column narrows the range and then the rows are already in order",
        span=(273, 349),
        start_seconds=20.8,
    )


def test_the_next_round_asks_again_what_was_lost_then_what_was_not_heard() -> None:
    follow_ups = make_scorecard().narrative.follow_ups
    assert follow_ups[:2] == (
        FollowUp(
            question="How do you roll out a change to the schema of a table that is written to all day, without "
            "downtime?",
            reason="Technical failure: ask it again.",
            answer=9,
        ),
        FollowUp(
            question="Rate limiting: Shared store such as Redis", reason="Expected in answer 6, not heard.", answer=6
        ),
    )
    assert len(follow_ups) == 8


def test_red_flags_are_not_called_absent_when_nobody_looked() -> None:
    assert make_scorecard().narrative.silences["red_flags"] == "None found in answers 1, 2, 3, 4, 5, 6, 7 and 8."
    assert make_scorecard(make_rough_cards()).narrative.silences["red_flags"] == (
        "Not assessed: only a language model looks for red flags, and none scored this interview."
    )
    flag = Claim(title="Answer 1", text="Would drop a production index untested.", answers=(1,))
    assert only(1, red_flags=(flag,)).narrative.red_flags == (flag,)


def test_an_interview_without_answers_says_so_in_every_section() -> None:
    narrative = make_empty_scorecard().narrative
    assert [claim.text for claim in narrative.summary] == [
        (
            "Priya Raghunathan gave 0 answers to 0 questions in 0 s of interview time for the position Senior Backend "
            "Engineer."
        ),
        (
            "There is no overall score: only 0 % of what was planned could be scored, and under half is not enough "
            "for a number."
        ),
    ]
    assert set(narrative.silences) == {
        "strengths",
        "gaps",
        "technical",
        "behavioural",
        "highlights",
        "red_flags",
        "skills",
        "skill_gaps",
        "follow_ups",
    }
    assert all(words.startswith("Not assessed") for words in narrative.silences.values())


def test_the_same_evidence_gives_the_same_words() -> None:
    assert make_scorecard() == make_scorecard()
