"""A job description, and what a well-behaved model makes of it, step by step; for the tests of generation.

`answer_all` is a script for tests/ollama_server.OllamaServer: it answers each request by the schema that is asked for.
"""

from typing import Any

from organizations.models import Organization
from questionbank.models import JobDescription
from questionbank.services.generation.enhancement import write_document
from questionbank.services.generation.interviews import write_question
from questionbank.services.generation.schemas import Enhancement, WrittenQuestion
from tests.ollama_server import Reply, reply_with

TEXT = """We run the ordering system of 40 food markets.
- You build and operate Django services that take 3,000 orders an hour.
- You keep PostgreSQL fast, and can say why a query is slow.
- You are on call one week in six.
We have table tennis and free fruit."""
INPUTS: dict[str, Any] = {
    "title": "Backend engineer",
    "description": TEXT,
    "department": "Ordering",
    "level": "mid",
    "must_haves": ["Two years with Python on the web"],
    "tools": ["PostgreSQL"],
}
ENHANCEMENT: dict[str, Any] = {
    "title": "Backend engineer, ordering",
    "summary": "You build and run the services through which 40 food markets take their orders.",
    "work_outputs": [
        {"output": "Ordering services that stay up", "measure": "3,000 orders an hour", "requirements": ["R1", "R2"]},
        {"output": "Queries that stay fast", "measure": "Slow queries found and explained", "requirements": ["R3"]},
    ],
    "role": {
        "purpose": "Keeps ordering fast and reliable.",
        "level": "mid",
        "works_with": "The ordering team",
        "responsibilities": ["Build services", "Run them", "Take part in on-call duty"],
    },
    "knowledge": [
        {"text": "Python on the web", "importance": "must", "requirements": ["R6"]},
        {"text": "PostgreSQL", "importance": "must", "requirements": ["R3", "R7"]},
    ],
    "competencies": [
        {
            "name": "Query analysis",
            "description": "Finds out why a query is slow, and makes it fast.",
            "shown_by": ["Reads a plan", "Weighs an index"],
            "requirements": ["R3"],
        },
        {
            "name": "Service design",
            "description": "Builds services that bear load.",
            "shown_by": ["Names limits"],
            "requirements": ["R2"],
        },
        {
            "name": "Operations",
            "description": "Keeps a service running, and learns from what broke.",
            "shown_by": ["Tells of an incident"],
            "requirements": ["R4"],
        },
    ],
    "not_about_work": ["R5"],
}
FOCUSES = [
    ("technical", "easy", ["C1"], "how an index makes a query fast"),
    ("technical", "medium", ["C1"], "finding out why one page became slow"),
    ("technical", "hard", ["C2"], "taking orders twice without charging twice"),
    ("behavioral", "medium", ["C3"], "an outage that you were part of"),
    ("situational", "medium", ["C2", "C3"], "a release that doubles the load"),
]
TEXTS = [
    "How does an index make a query fast, and when does it not help?",
    "A page that was quick last week takes four seconds today. How do you find out why?",
    "The same order may reach your service two times. How do you make sure that nobody is charged double?",
    "Tell me about an outage that you helped to end. What did you change afterwards?",
    "Tomorrow a campaign will bring thrice the usual traffic. What do you do this afternoon?",
]
PLAN: dict[str, Any] = {
    "name": "Backend engineer, first interview",
    "questions": [
        {"focus": focus, "kind": kind, "difficulty": difficulty, "competencies": ids}
        for kind, difficulty, ids, focus in FOCUSES
    ],
}
ASPECTS = ("Cause", "Evidence", "Order", "Trade-off", "Example", "Limits", "Check", "Result")


def make_question(number: int) -> dict[str, Any]:
    """The answer to the step that writes question `number`, from 1."""
    kind = FOCUSES[number - 1][0]
    components = ["relevance", "depth", "clarity", "technical" if kind == "technical" else "depth"]
    return {
        "text": TEXTS[number - 1],
        "assesses": f"Whether the candidate can explain {FOCUSES[number - 1][3]}.",
        "expected_answer": "They say what they look at first and why, what they expect, and how they would know.",
        "expected_elements": ["Looks at evidence first", "Names a cause", "Says how it is checked"],
        "criteria": [
            {
                "name": f"{aspect} {number}",
                "description": f"Says something exact about the {aspect.lower()}.",
                "component": components[place % 4],
                "weight": 2 if place == 0 else 1,
            }
            for place, aspect in enumerate(ASPECTS)
        ],
        "red_flags": ["Guesses and changes things at random"],
        "expected_seconds": 120,
    }


SCREENING: dict[str, Any] = {
    "questions": [
        {"text": text, "listens_for": "A clear yes with an example.", "disqualifies": ""}
        for text in (
            "How long have you built web services with Python?",
            "Which database have you worked with most?",
            "Can you be on call one week in six?",
            "When could you begin?",
            "What was the largest load that a service of yours has taken?",
        )
    ]
}


def find_wanted(request: dict[str, Any]) -> str:
    """The title of the schema that is asked for."""
    return str(request["format"]["title"])


def answer_all(request: dict[str, Any]) -> Reply:
    wanted = find_wanted(request)
    if wanted == "WrittenQuestion":
        asked = request["messages"][-1]["content"]
        number = next(one for one in range(1, 6) if f"Write question {one} of the plan" in asked)
        return reply_with(make_question(number))
    known = {"Enhancement": ENHANCEMENT, "InterviewPlan": PLAN, "Screening": SCREENING}
    return reply_with(known[wanted])


def add_description(organization: Organization, req_id: str = "REQ-2026-014", **changes: Any) -> JobDescription:
    return JobDescription.objects.create(organization=organization, req_id=req_id, **{**INPUTS, **changes})


def make_document() -> dict[str, Any]:
    """The enhanced description as it is kept."""
    return write_document(Enhancement.model_validate(ENHANCEMENT), [f"R{number}" for number in range(1, 8)])


def make_questions() -> list[dict[str, Any]]:
    """The five as they are kept."""
    planned = PLAN["questions"]
    return [
        write_question(WrittenQuestion.model_validate(make_question(number)), planned[number - 1], number, "test/1+0")
        for number in range(1, 6)
    ]
