"""No name that nobody said, and words of a follow-up are words of its answer. Of the sample interview's answers."""

from dataclasses import replace

import pytest

from reports.domain.answer_cards import AnswerCard, Claim, Criterion, Quote, TextRun
from reports.domain.narration.checks import Evidence, Said, find_fault
from reports.domain.narration.evidence import describe_evidence
from reports.domain.narration.merge import add_narration, check_reply
from reports.domain.narration.names import find_unnamed, list_named
from reports.domain.narration.replies import NarrativeReply
from reports.domain.scorecard import Scorecard, Writer
from tests.scorecards import make_cards, make_scorecard

CARD = make_scorecard()
FIRST = CARD.answers[0]  # on the query plan: EXPLAIN ANALYZE, a B-tree, no product
LATER = "At Northgate we moved 48 tables to PostgreSQL that way."
PLAN = "I would run explain analyze and look whether it is doing a sequential scan"


def find(text: str, card: AnswerCard = FIRST) -> str:
    return find_unnamed(text, list_named(CARD, [card]))


@pytest.mark.parametrize(
    "text",
    [
        "Reads the plan before an index is chosen. Then it is measured.",
        "Plans with EXPLAIN ANALYZE first.",
        "Answer 1 shows it, as do its Questions.",
        "“Explain analyze” is what it rests on.",
        f"The work of a {CARD.header.job.title} is shown.",
        "It takes 10ms, or I/O, in plan B.",
    ],
)
def test_what_stands_in_the_answer_its_question_or_its_rubric_may_be_named(text: str) -> None:
    assert find(text) == ""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Weighs the plan as it was done at Contoso before.", "Contoso"),
        ("The plan is read as Anna Keller had it read.", "Anna"),
        ("PostgreSQL is what the plan is read in.", "PostgreSQL"),
        ("Stores the plan in S3 for later.", "S3"),
        ("The answer follows the STAR method.", "STAR"),
        ("The plan is kept for years at Contoso’s.", "Contoso’s"),
    ],
)
def test_what_stands_nowhere_may_not(text: str, name: str) -> None:
    assert find(text) == name
    said = Said(section="technical", text=text, answers=(1,))
    assert find_fault(said, Evidence(CARD)) == "name"


def test_a_flag_and_a_rubric_may_be_named_and_a_plural_is_the_same_name() -> None:
    told = replace(
        FIRST,
        red_flags=(Claim(text="Blames the DBA"),),
        criteria=(Criterion(name="WAL", component="depth", state="rated"),),
    )
    assert find("It was the DBAs and the WAL again.", told) == ""
    assert find("It was the DBAs and the WAL again.") == "DBAs"


def test_the_reason_of_a_question_names_nothing_new() -> None:
    said = {
        "question": "Which plan would show that?",
        "reason": "It was left open how Contoso reads plans.",
        "answer": 1,
    }
    kept, dropped = check_reply(NarrativeReply.model_validate({"follow_up_questions": [said]}), CARD)
    assert kept.follow_up_questions == []
    assert [(one.section, one.reason, one.count) for one in dropped] == [("follow_ups", "name", 1)]


# --- what was said in a follow-up -------------------------------------------------------------------------------------


def hold_follow_up(rating: int = 3) -> Scorecard:
    """The first answer, completed by a follow-up in which the words stand that earned its only rating."""
    start = LATER.index("48 tables")
    quote = Quote(answer=2, text="48 tables to PostgreSQL", span=(start, start + 23), start_seconds=4.5)
    whole = replace(
        FIRST, criteria=(Criterion(name="Example", component="depth", state="rated", rating=rating, quote=quote),)
    )
    follow_up = AnswerCard(
        number=2,
        kind="follow_up",
        follow_up_of=1,
        question="Where did you do that?",
        state="with_question",
        transcript=(TextRun(text=LATER),),
    )
    return make_scorecard([whole, follow_up, *(card for card in make_cards() if card.number > 2)])


def test_a_sentence_may_rest_on_what_was_said_in_a_follow_up() -> None:
    card = hold_follow_up()
    (told,) = describe_evidence(card)["answers"][0]["criteria"]
    sentence = {"text": "Moved 48 tables to PostgreSQL that way.", "answers": [1], "quote": told["quote"]}
    kept, dropped = check_reply(NarrativeReply.model_validate({"strengths": [sentence]}), card)
    assert dropped == ()
    story = add_narration(
        card, kept, Writer(engine="ollama", model="m", prompt_version="p", evidence_hash="e")
    ).narrative
    (claim,) = story.strengths
    assert (claim.answers, [(one.answer, one.text) for one in claim.quotes]) == ((1,), [(2, "48 tables to PostgreSQL")])


def test_of_a_lost_or_another_answers_follow_up_nothing_is_evidence() -> None:
    card = hold_follow_up()
    lost = make_scorecard([replace(one, state="technical_failure") if one.number == 2 else one for one in card.answers])
    text, quote = "Moved the tables of the shop that way.", "48 tables to PostgreSQL"
    for scorecard, answer in ((lost, 1), (card, 3)):
        said = Said(section="strengths", text=text, answers=(answer,), quote=quote)
        assert find_fault(said, Evidence(scorecard)) == "quote_not_said"


def test_weak_words_of_a_follow_up_are_no_strength_and_those_of_the_answer_stay_one() -> None:
    card = hold_follow_up(rating=1)
    weak = Said(
        section="strengths", text="Tells where it was done that way.", answers=(1,), quote="48 tables to PostgreSQL"
    )
    assert find_fault(weak, Evidence(card)) == "contradicts"
    # The weak words stand at the same characters of another text.
    good = Said(section="strengths", text="Reads the plan of the query first.", answers=(1,), quote=PLAN)
    assert find_fault(good, Evidence(card)) == ""
