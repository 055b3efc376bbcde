"""Interviews on questions with real words in them, for tests of what the interviewer says."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from pytest_django import Settings

from interviewpanel.models import Answer, InterviewPanel, InterviewSession, PreparedLine
from interviewpanel.services.answer_analysis.controls import SUBJECTS
from interviewpanel.services.session_manager import open_session
from questionbank.domain.model_purposes import Purpose
from questionbank.engines.llm import load_language_model
from questionbank.engines.llm.ollama import OllamaModel
from questionbank.models import QuestionVersion
from tests.graders import read_criteria
from tests.live_interviews import T0, agree, begin, invite, make_panel, reload
from tests.ollama_server import OllamaServer, Reply, fail_with, reply_with
from tests.work import do_due

QUESTION = "A query on a large table has become slow. How do you find out why, and what do you do about it?"
ELEMENTS = [
    "Read the query plan with explain analyze",
    "Compare estimated and actual row counts",
    "Add a composite index on the filtered columns",
    "Every index makes inserts and updates slower",
]
SHALLOW = (
    "When a query on a large table becomes slow I would first read the query plan with explain analyze, to see where "
    "the time goes."
)
COMPLETE = (
    "I read the query plan with explain analyze and compare the estimated with the actual row counts. Where the filter "
    "has no index I add a composite index on the filtered columns, and I weigh that every index makes inserts and "
    "updates slower."
)
REST = (
    "I compare the estimated with the actual row counts, then I add a composite index on the filtered columns, and I "
    "remember that every index makes inserts and updates slower."
)


def make_talk_panel(**changes: Any) -> InterviewPanel:
    """As make_panel, with one follow-up for each question and questions on a slow query."""
    panel = make_panel(**{"max_follow_ups": 1, **changes})
    QuestionVersion.objects.update(
        text=QUESTION, expected_answer=COMPLETE, expected_elements=ELEMENTS, expected_seconds=90
    )
    return panel


def begin_talk(*, now: datetime = T0, name: str = "Priya Raghunathan", **changes: Any) -> InterviewSession:
    return begin(invite(make_talk_panel(**changes), name, now=now), now=now)


@contextmanager
def serve_talk(settings: Settings) -> Iterator[OllamaServer]:
    """A server that answers as a model would; it words what is said, and scores."""
    with OllamaServer(replies=[talk_like_a_model]) as running:
        settings.OLLAMA_BASE_URL, settings.OLLAMA_MODEL, settings.REQUEST_TIMEOUT = running.url, "tiny", 1
        load_language_model.cache_clear()
        yield running
        for purpose in (Purpose.CONVERSE, Purpose.SCORE):
            model = load_language_model(purpose)
            assert isinstance(model, OllamaModel)
            model.close()
        load_language_model.cache_clear()


def start_talk(panel: InterviewPanel, name: str = "Priya Raghunathan") -> InterviewSession:
    """The first question is asked; whatever was due to be worded is worded before it was needed."""
    session = open_session(invitation=invite(panel, name), now=T0)
    do_due(PreparedLine)
    agree(session, now=T0)
    do_due()
    return reload(session)


def find_last(session: InterviewSession) -> Answer:
    answer: Answer = session.answers.order_by("-number")[0]
    return answer


FOLLOW_UP = "You looked at the plan first. What would you compare in it to see where the planner went astray?"
REPHRASING = "A query on a large table is slow now. How do you find the cause, and what do you do then?"
GREETING = "We will talk about the daily work of a backend engineer."
IN_CONTEXT = (
    "Think of a backend engineer whose query on a large table has become slow: how do you find out why, and what do "
    "you do about it?"
)


def talk_like_a_model(request: dict[str, Any]) -> Reply:
    """A model that does as it is asked, by the schema of what it is asked for."""
    fields = set(request["format"]["properties"])
    if fields == {"point", "question"}:
        return reply_with({"point": 2, "question": FOLLOW_UP})
    if fields == {"question"}:
        return reply_with({"question": REPHRASING})
    if "expected_answer" in fields:
        return reply_with(make_question_like_a_model(request))
    if "suggestions" in fields:
        category = read_category(request)
        return reply_with(
            {
                "question": IN_CONTEXT,
                "category": category,
                "assesses": "How somebody finds the cause of a slow query.",
                "points": [1, 2, 3, 4],
                "suggestions": ["First of all I would …", "I look at the query plan with explain analyze"],
            }
        )
    if "criteria" in fields:
        return reply_with(rate_like_a_model(request["messages"][1]["content"]))
    if "QUOTE" in request["messages"][1]["content"]:
        quote = request["messages"][1]["content"].split("BEGIN QUOTE", 1)[1].split("\n", 1)[1].split("\nEND QUOTE")[0]
        return reply_with({"sentence": f"What you said about slow queries, “{quote}”, is kept with your answers."})
    if "sentence" in fields:
        return reply_with({"sentence": GREETING})
    return fail_with(500, "not asked here")


def read_category(request: dict[str, Any]) -> str:
    content: str = request["messages"][1]["content"]
    return content.split("CATEGORY\n", 1)[1].split("\n", 1)[0]


MADE = (
    "Your team wants reports over the same large table every night. How do you keep daily queries from becoming slow?"
)
MADE_ANSWER = (
    "I move the load to a read replica, add an index on the columns that the filter needs, and I refresh a "
    "materialized view on a schedule."
)
MADE_ELEMENTS = [
    "Move the load to a read replica",
    "Add an index on the columns that the filter needs",
    "Refresh a materialized view on a schedule",
]


def make_question_like_a_model(request: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A question of its own, with all that answers to it are rated on."""
    return {
        "question": MADE,
        "category": read_category(request),
        "assesses": "Whether somebody plans for load that comes at the same time.",
        "expected_answer": MADE_ANSWER,
        "expected_elements": MADE_ELEMENTS,
        "criteria": [
            {
                "name": f"Side {number}",
                "description": f"Says what to do about side {number} of the load.",
                "component": ("technical", "depth", "relevance", "clarity")[number % 4],
                "weight": 1,
            }
            for number in range(1, 9)
        ],
        "suggestions": ["First of all I would …", "I move the load to a read replica"],
        **changes,
    }


def rate_like_a_model(prompt: str) -> dict[str, Any]:
    """Every criterion well rated, by words that are in the answer; but not the one that no answer meets."""
    answer = prompt.split("BEGIN ANSWER", 1)[1].split("\n", 1)[1].split("\nEND ANSWER")[0]
    quote = " ".join(answer.split()[-8:])
    rated = [
        {"number": number, "quote": "", "reason": "Not said.", "rating": 0}
        if text in SUBJECTS
        else {"number": number, "quote": quote, "reason": "Says so.", "rating": 3}
        for number, text in read_criteria(prompt).items()
    ]
    return {
        "criteria": rated,
        "rationale": "Says what was asked for.",
        "strengths": [],
        "improvements": [],
        "notable_quote": quote,
        "red_flags": [],
    }
