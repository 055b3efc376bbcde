"""What the bank's selector loads: the right questions, few of them, by few queries, on an index."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from interviewpanel.domain.selection import Asked, Cell, Difficulty, choose_question
from interviewpanel.models import (
    Answer,
    InterviewPanel,
)
from interviewpanel.selectors.question_supply import DRAW_MARGIN, Supply, list_missing
from organizations.models import Organization
from questionbank.models import Question, QuestionVersion
from tests.question_banks import fill_bank, make_subtopics, plan_question, save_live_questions
from tests.recruiter_desks import Desk, ask

pytestmark = pytest.mark.django_db
EASY, MEDIUM, HARD = Difficulty


@pytest.fixture
def desk() -> Desk:
    organization = Organization.objects.create(name="Ours", slug="ours")
    return Desk(
        organization=organization,
        stranger=Organization.objects.create(name="Theirs", slug="theirs"),
        panel=InterviewPanel.objects.create(organization=organization, title="Back end", job_title="Engineer"),
        subtopics=make_subtopics("sql", 2, 2),
    )


def list_keys(supply: Supply, is_repeat: bool = False) -> list[str]:
    numbers = [one.id for one in supply.candidates if one.is_repeat == is_repeat]
    return sorted(Question.objects.filter(pk__in=numbers).values_list("key", flat=True))


# --- How many queries, how many rows ---------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [2, 250])
def test_four_queries_and_a_bounded_load_whatever_the_size_of_the_bank(desk, count, django_assert_num_queries):
    fill_bank(desk.subtopics, count)
    row = desk.add_row(desk.subtopics[0], easy=2, medium=1)
    desk.add_row(desk.subtopics[1], medium=1, hard=1)
    session = desk.invite()
    with django_assert_num_queries(3):
        supply = desk.load(session)
    assert len(supply.candidates) == min(count, 2 + DRAW_MARGIN) + 3 * min(count, 1 + DRAW_MARGIN)

    ask(session, Question.objects.filter(subtopic=desk.subtopics[0], difficulty=EASY)[0], row)
    with django_assert_num_queries(4):
        supply = desk.load(session)
    # The one that was asked comes too, as the history it is; choose_question knows it by `asked`.
    assert len(supply.candidates) == min(count, 2 + DRAW_MARGIN) + 3 * min(count, 1 + DRAW_MARGIN)


@pytest.mark.parametrize("count", [2, 250])
def test_one_more_query_where_counts_have_to_move(desk, count, django_assert_num_queries):
    fill_bank(desk.subtopics, count)
    Question.objects.filter(subtopic=desk.subtopics[0], difficulty=HARD).update(status=Question.Status.RETIRED)
    desk.add_row(desk.subtopics[0], hard=1)
    session = desk.invite()
    with django_assert_num_queries(4):
        supply = desk.load(session)
    assert {one.topic_id for one in supply.candidates} == {desk.subtopics[0].topic_id}
    # Two easier pools of the subtopic, three of the topic, which overlap.
    assert len({one.id for one in supply.candidates}) <= 5 * (1 + DRAW_MARGIN)


def test_one_less_query_where_nothing_is_open(desk, django_assert_num_queries):
    fill_bank(desk.subtopics, 1)
    row = desk.add_row(desk.subtopics[0], easy=1)
    session = desk.invite()
    question = Question.objects.get(subtopic=desk.subtopics[0], difficulty=EASY)
    ask(session, question, row)
    with django_assert_num_queries(3):
        supply = desk.load(session)
    assert supply.is_filled
    assert supply.asked == [Asked(question.pk, row.pk, EASY)]


def test_a_very_wide_distribution_is_read_by_a_few_statements(desk, django_assert_num_queries):
    for subtopic in make_subtopics("wide", 3, 23):
        desk.add_row(subtopic, easy=1, medium=1, hard=1)
    session = desk.invite()
    with django_assert_num_queries(2 + 2 + 2):  # 207 exact pools, then 216 with those of the topics
        assert desk.load(session).candidates == []


@pytest.mark.parametrize("scope", ["subtopic", "topic", "category"])
def test_every_range_is_read_from_an_index(desk, scope):
    save_live_questions(
        plan_question(f"{number}", desk.subtopics[number % 4], list(Difficulty)[number % 3], times_asked=number % 7)
        for number in range(3000)
    )
    desk.add_row(desk.subtopics[0], scope, hard=2)
    session = desk.invite()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    with CaptureQueriesContext(
        connection,
    ) as captured:
        desk.load(session)
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        cursor.execute(f"{explain} {captured[-1]['sql']}")
        plan = "\n".join(str(row) for row in cursor.fetchall())
    assert plan.count(f"question_cell_{scope}") == 2
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


# --- Which questions -------------------------------------------------------------------------------------------------


def test_only_live_questions_of_the_language_global_or_our_own(desk):
    first = desk.subtopics[0]
    save_live_questions(
        [
            plan_question("global", first, EASY),
            plan_question("ours", first, EASY, organization=desk.organization),
            plan_question("theirs", first, EASY, organization=desk.stranger),
            plan_question("german", first, EASY, language="de"),
            plan_question("retired", first, EASY),
            plan_question("review", first, EASY),
            plan_question("hard", first, HARD),
            plan_question("elsewhere", desk.subtopics[1], EASY),
        ]
    )
    plan_question("draft", first, EASY).save()
    for status in ("retired", "review"):
        Question.objects.filter(key=status).update(status=status)
    desk.add_row(first, easy=1)
    supply = desk.load(desk.invite())
    assert list_keys(supply) == ["global", "ours"]
    assert supply.cells == [
        Cell(desk.panel.distribution.get().pk, first.topic.category_id, first.topic_id, first.pk, EASY, 1)
    ]


@pytest.mark.parametrize(("scope", "expected"), [("subtopic", 1), ("topic", 2), ("category", 4)])
def test_a_row_reaches_as_far_as_what_it_names(desk, scope, expected):
    fill_bank(desk.subtopics, 1)
    desk.add_row(desk.subtopics[0], scope, easy=1)
    assert len(desk.load(desk.invite()).candidates) == expected


def test_the_least_exposed_come_first(desk):
    save_live_questions(
        plan_question(f"q{number:02}", desk.subtopics[0], EASY, times_asked=40 - number) for number in range(40)
    )
    desk.add_row(desk.subtopics[0], easy=2)
    expected = [f"q{number:02}" for number in range(40 - 2 - DRAW_MARGIN, 40)]
    assert list_keys(desk.load(desk.invite())) == expected


# --- What the candidate had before -----------------------------------------------------------------------------------


def test_questions_of_earlier_sessions_come_as_repeats(desk):
    fill_bank(desk.subtopics[:1], 3)
    row = desk.add_row(desk.subtopics[0], easy=2)
    first, second, third = Question.objects.filter(difficulty=EASY).order_by("pk")
    ask(desk.invite("Ada"), first, row)
    ask(desk.invite("Grace"), second, row)
    session = desk.invite("Ada")
    ask(session, third, row)
    supply = desk.load(session)
    assert (list_keys(supply), list_keys(supply, is_repeat=True)) == ([second.key], [first.key, third.key])
    choice = choose_question(supply.cells, supply.candidates, supply.asked, EASY, session.seed)
    assert choice is not None
    assert choice.question_id == second.pk


def test_an_earlier_version_is_the_same_question(desk):
    fill_bank(desk.subtopics[:1], 1)
    row = desk.add_row(desk.subtopics[0], easy=1)
    question = Question.objects.get(difficulty=EASY)
    ask(desk.invite("Ada"), question, row)
    question.current_version = QuestionVersion.objects.create(question=question, number=2, text="New?", assesses="It.")
    question.save()
    assert list_keys(desk.load(desk.invite("Ada")), is_repeat=True) == [question.key]


def test_retired_and_foreign_questions_are_not_repeated(desk):
    fill_bank(desk.subtopics[:1], 1)
    row = desk.add_row(desk.subtopics[0], easy=1, medium=1, hard=1)
    session = desk.invite("Ada")
    for question in Question.objects.all():
        ask(session, question, row)
    Question.objects.filter(difficulty=EASY).update(status="retired")
    Question.objects.filter(difficulty=MEDIUM).update(language="de")
    Question.objects.filter(difficulty=HARD).update(organization=desk.stranger)
    assert desk.load(desk.invite("Ada")).candidates == []


def test_a_follow_up_fills_no_cell(desk):
    fill_bank(desk.subtopics[:1], 2)
    row = desk.add_row(desk.subtopics[0], easy=2)
    question = Question.objects.filter(difficulty=EASY).order_by("pk")[0]
    session = desk.invite()
    asked = ask(session, question, row)
    ask(session, question, row, kind=Answer.Kind.FOLLOW_UP, follow_up_of=asked)
    assert desk.load(session).asked == [Asked(question.pk, row.pk, EASY)]


def test_a_long_history_does_not_starve_the_supply(desk):
    """The 30 least exposed of the pool were all asked before; the load reads past them."""
    save_live_questions(
        plan_question(f"q{number:02}", desk.subtopics[0], EASY, times_asked=number) for number in range(32)
    )
    row = desk.add_row(desk.subtopics[0], easy=2)
    earlier = desk.invite("Ada")
    for question in Question.objects.filter(times_asked__lt=30).select_related("current_version"):
        ask(earlier, question, row)
    assert list_keys(desk.load(desk.invite("Ada"))) == ["q30", "q31"]


def test_a_whole_interview_fills_the_distribution(desk):
    fill_bank(desk.subtopics, 2)
    desk.add_row(desk.subtopics[0], easy=1, hard=2)
    desk.add_row(desk.subtopics[0], "topic", medium=2)
    desk.add_row(desk.subtopics[3], "category", easy=3)
    session = desk.invite()
    rows = {row.pk: row for row in desk.panel.distribution.all()}
    for _ in range(8):
        supply = desk.load(session)
        choice = choose_question(supply.cells, supply.candidates, supply.asked, HARD, session.seed)
        assert choice is not None
        question = Question.objects.get(pk=choice.question_id)
        ask(session, question, rows[choice.row_id], cell_difficulty=choice.difficulty, choice=choice.reason)
    assert desk.load(session).is_filled
    assert len(set(session.answers.values_list("question_version__question_id"))) == 8
    assert {answer.choice["moved"] for answer in session.answers.all()} == {None}


# --- Publishing ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [2, 250])
def test_what_is_missing_is_said_cell_by_cell_in_two_queries(desk, count, django_assert_num_queries):
    fill_bank(desk.subtopics[1:], count)
    save_live_questions(
        plan_question(f"own-{number}", desk.subtopics[0], HARD, organization=desk.organization) for number in range(2)
    )
    desk.add_row(desk.subtopics[0], easy=1, hard=4)
    desk.add_row(desk.subtopics[1], medium=2)
    with django_assert_num_queries(2):
        missing = list_missing(desk.panel)
    name = "Topic 0 › Subtopic sql-0-0"
    assert missing == [f"1 of 1 easy {name} question missing", f"2 of 4 hard {name} questions missing"]


def test_an_empty_distribution_lacks_nothing(desk, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert list_missing(desk.panel) == []
