"""Trying a question: scored as in an interview, at once, kept nowhere; then by a language model within its time."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pytest_django import Settings

from interviewpanel.models import Answer, AnswerScore
from interviewpanel.services.question_trials import (
    TrialRefused,
    TriedQuestion,
    run_probes,
    split_answers,
    try_answer,
)
from questionbank.engines.llm import load_language_model
from questionbank.models import QuestionVersion
from questionbank.services.bank_import import DEMO_BANK, read_bank, version_content
from tests.bank_desks import BankDesk, make_content, make_desk, page_of
from tests.history_lines import list_lines

pytestmark = pytest.mark.django_db
GOOD = "I would build a composite index, with the customer column first, so that the query becomes fast."


@pytest.fixture(autouse=True)
def no_model(settings: Settings) -> Iterator[None]:
    settings.OLLAMA_MODEL = ""
    load_language_model.cache_clear()
    yield
    load_language_model.cache_clear()


@pytest.fixture
def desk(db: None) -> BankDesk:
    return make_desk()


def test_answers_are_split_at_lines_of_hyphens() -> None:
    assert split_answers("One.\r\n---\r\n\r\nTwo - with a hyphen.\n -----  \nThree.") == [
        *("One.", "Two - with a hyphen.", "Three."),
    ]
    for text, said in (("\n---\n ", "no answer"), ("a\n---\n" * 11, "Try 10 at a time"), ("a" * 20_001, "Shorten it")):
        with pytest.raises(TrialRefused, match=said):
            split_answers(text)


def test_what_was_heard_is_marked_in_the_text() -> None:
    trial = try_answer(TriedQuestion(make_content("How do you speed it up?"), True, "en"), GOOD)
    assert trial.analysis.composite is not None
    assert [match.is_covered for match in trial.analysis.elements] == [True, True]
    assert "".join(part.text for part in trial.stretches) == GOOD
    assert {label for part in trial.stretches for label in part.labels} == {"1", "2"}


def test_the_demo_bank_behaves_but_for_two_expected_answers() -> None:
    """Those two hardly word their own key points: what the probe is for."""
    failed = []
    for document in read_bank(DEMO_BANK):
        for entry in document.questions:
            tried = TriedQuestion(version_content(entry), entry.kind == "technical", document.language)
            failed += [(entry.key, one.probe.key) for one in run_probes(tried) if not one.is_as_wanted]
    assert failed == [("own-learning-new-field", "expected"), ("own-mistake-in-production", "expected")]


def test_pasted_answers_are_scored_and_nothing_is_kept(desk: BankDesk) -> None:
    answers = f"{GOOD}\n---\nI don't know."
    before = (Answer.objects.count(), AnswerScore.objects.count(), QuestionVersion.objects.count())
    response = desk.client("recruiter").post(page_of(desk.common, "try"), {"answers": answers, "score": "1"})
    page = response.content.decode()
    assert response.status_code == 200
    assert [(trial["state"], trial["analysis"].composite is None) for trial in response.context["trials"]] == [
        ("scored", False),
        ("scored", False),
    ]
    assert "<mark>" in page
    assert "no language model is reachable" in page
    assert (Answer.objects.count(), AnswerScore.objects.count(), QuestionVersion.objects.count()) == before
    assert list_lines() == []


def test_probes_say_whether_the_question_behaves(desk: BankDesk) -> None:
    response = desk.client("recruiter").get(page_of(desk.common, "try"))
    keys = [one.probe.key for one in response.context["probes"]]
    assert keys == ["expected", "empty", "dont_know", "echo", "keywords"]
    assert response.context["probes"][0].is_as_wanted
    assert "as it should" in response.content.decode()


def editor_data(**changes: object) -> dict[str, object]:
    return {
        "_from_editor": "1",
        "kind": "technical",
        "difficulty": "easy",
        "language": "en",
        "text": "Which index makes this query fast?",
        "assesses": "Indexes",
        "expected_answer": "A composite index with the customer first.",
        "expected_elements": "A composite index is used",
        "criteria-key": "",
        "criteria-name": "Index",
        "criteria-description": "Names it",
        "criteria-component": "technical",
        "criteria-weight": "1",
        "criteria-position": "1",
        "red_flags": "",
        "suggestions": "",
        "expected_seconds": "90",
        "think_seconds": "20",
        "note": "",
        **changes,
    }


def test_what_stands_in_the_editor_is_tried_without_being_saved(desk: BankDesk) -> None:
    client, url = desk.client("recruiter"), page_of(desk.world.question, "try")
    response = client.post(url, editor_data())
    page = response.content.decode()
    assert "Tried as it stands in the editor, not saved:" in page
    again = client.post(url, {"packed": response.context["packed"], "answers": GOOD, "score": "1"})
    assert again.context["tried"].content["text"] == "Which index makes this query fast?"
    assert again.context["trials"][0]["state"] == "scored"
    assert desk.world.question.versions.count() == 1
    wrong = client.post(url, editor_data(text="", **{"criteria-weight": "heavy"}))
    assert "This cannot be tried yet." in wrong.content.decode()
    assert wrong.context["tried"] is None


def test_a_question_that_was_never_saved_is_tried_too(desk: BankDesk) -> None:
    url = "/admin/questionbank/question/try/"
    assert desk.client("recruiter").post(url, editor_data()).context["tried"].is_technical
    assert desk.client("reviewer").post(url, editor_data()).status_code == 403
    assert "Nothing is written yet." in desk.client("recruiter").get(url).content.decode()


@pytest.mark.parametrize("packed", ["{", "[]", '{"content": {}}', '{"content": {"text": 1}, "language": "en"}'])
def test_what_is_no_question_is_not_tried(desk: BankDesk, packed: str) -> None:
    data = {"packed": packed, "answers": "x", "score": "1"}
    response = desk.client("recruiter").post(page_of(desk.common, "try"), data)
    assert "What was sent is no question." in response.content.decode()


@pytest.mark.parametrize(
    ("person", "which", "status"),
    [
        ("recruiter", "own", 200),
        ("recruiter", "common", 200),
        ("recruiter", "theirs", 404),
        ("reviewer", "own", 404),
        ("stranger", "own", 404),
    ],
)
def test_who_tries_what(desk: BankDesk, person: str, which: str, status: int) -> None:
    question = {"own": desk.world.question, "common": desk.common, "theirs": desk.theirs}[which]
    assert desk.client(person).get(page_of(question, "try")).status_code == status


# --- By a language model ----------------------------------------------------------------------------------------------


class SlowModel(BaseHTTPRequestHandler):
    """Has the model, and answers no question in time."""

    wait = threading.Event()

    def do_GET(self) -> None:
        body = json.dumps({"models": [{"name": "tiny:latest", "model": "tiny:latest"}]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.wait.wait(20)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def slow_model(settings: Settings) -> Iterator[None]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), SlowModel)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    settings.OLLAMA_BASE_URL, settings.OLLAMA_MODEL = f"http://127.0.0.1:{server.server_port}", "tiny"
    settings.REQUEST_TIMEOUT = 1.0
    load_language_model.cache_clear()
    yield
    SlowModel.wait.set()
    server.shutdown()
    server.server_close()
    SlowModel.wait.clear()


def test_a_slow_model_delays_nothing_and_says_so(desk: BankDesk, slow_model: None) -> None:
    client, url = desk.client("recruiter"), page_of(desk.common, "try")
    page = client.post(url, {"answers": GOOD, "score": "1"})
    assert page.context["trials"][0]["is_by_model"] is False, "at once by coverage"
    assert page.context["model_name"] == "tiny"
    part = client.post(url, {"answers": GOOD, "model_for": "0"})
    said = part.content.decode()
    assert part.status_code == 422
    assert "REQUEST_TIMEOUT" in said


def test_an_answer_that_is_not_there_is_not_rated(desk: BankDesk) -> None:
    for number in ("7", "x", "-"):
        part = desk.client("recruiter").post(page_of(desk.common, "try"), {"answers": GOOD, "model_for": number})
        assert part.status_code == 422
