"""Candidates of one panel beside each other: who stands there, who sees it, and what is not told.

Named people: Amara, Jonas, Mei and Diego, candidates of Fernbrook, who answered better and worse.
"""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from interviewpanel.models import (
    Answer,
    CandidateRequest,
    InterviewPanel,
    InterviewPanelCandidate,
    InterviewSession,
    Recording,
)
from interviewpanel.services.decisions import decide
from interviewpanel.services.erasure import erase_interview
from organizations.models import Organization
from tests.compare_pages import enter, hold, labels, read, url
from tests.interview_rows import (
    ENDED_AT,
    SPOKEN,
    World,
    make_session,
)
from tests.staff import make_member, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def amara(world: World) -> InterviewSession:
    return hold(world, "Amara Okafor", 88, 80, 84)


@pytest.fixture
def jonas(world: World) -> InterviewSession:
    return hold(world, "Jonas Lindqvist", 90, 60, 84)


@pytest.fixture
def diego(world: World) -> InterviewSession:
    return hold(world, "Diego Fuentes", 30, 34, 32)


# --- The table -------------------------------------------------------------------------------------------------------


def test_the_table_shows_numbers_ranges_and_where_they_say_nothing(
    world: World, amara: InterviewSession, jonas: InterviewSession, diego: InterviewSession
) -> None:
    page = read(enter(world), url(world.panel))
    assert labels(page) == ["Amara Okafor", "Jonas Lindqvist", "Diego Fuentes"]
    rows = page.context["rows"]
    assert [row.overall for row in rows] == [84, 78, 32]
    assert [row.is_level_with_next for row in rows] == [True, False, False]
    assert [row.level_count for row in rows] == [0, 2, 0]
    text = page.content.decode()
    assert "≈ 2 neighbours: each difference within the measurement" in text
    assert "Jonas Lindqvist: the range overlaps with the highest, Amara Okafor&#x27;s." in text
    assert [row.categories for row in rows] == [{"Databases": 84}, {"Databases": 78}, {"Databases": 32}]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"sort": "overall"}, ["Diego Fuentes", "Jonas Lindqvist", "Amara Okafor"]),
        ({"sort": "name"}, ["Amara Okafor", "Diego Fuentes", "Jonas Lindqvist"]),
        ({"sort": "-category:Databases"}, ["Amara Okafor", "Jonas Lindqvist", "Diego Fuentes"]),
        ({"sort": "decision"}, ["Jonas Lindqvist", "Amara Okafor", "Diego Fuentes"]),
        ({"stage": "advance"}, ["Jonas Lindqvist"]),
        ({"stage": "nonsense", "page": "x", "c": ["x", "²"]}, ["Amara Okafor", "Jonas Lindqvist", "Diego Fuentes"]),
    ],
)
def test_it_is_sorted_and_narrowed_by_the_address(
    world: World,
    amara: InterviewSession,
    jonas: InterviewSession,
    diego: InterviewSession,
    query: dict[str, Any],
    names: list[str],
) -> None:
    client = enter(world)
    rosa = make_member("rosa@fernbrook.example", {})
    decide(session_id=jonas.pk, stage="advance", reason="x", decided_by=rosa, now=ENDED_AT, seen_id=None)
    assert labels(read(client, url(world.panel), **query)) == names


def test_who_has_no_number_has_words(world: World, amara: InterviewSession) -> None:
    hold(world, "Ira Insufficient", 50)  # one of three planned: too little for a number
    make_session(world, candidate="Lena Live", status="in_progress", ended_at=None)
    make_session(world, candidate="Nora Notyet")
    page = read(enter(world), url(world.panel))
    assert {row.label: row.words for row in page.context["rows"]} == {
        "Amara Okafor": "Final",
        "Ira Insufficient": "Too little could be scored for a number",
        "Lena Live": "Going on",
        "Nora Notyet": "Report is being made",
    }
    for row in page.context["rows"]:
        if row.overall is None:
            assert row.words in page.content.decode()


def test_trials_and_those_who_are_gone_are_not_compared(
    world: World, amara: InterviewSession, jonas: InterviewSession, diego: InterviewSession
) -> None:
    InterviewPanelCandidate.objects.filter(pk=diego.invitation_id).update(is_trial=True)
    erase_interview(invitation_id=jonas.invitation_id, reason="operator", now=ENDED_AT)
    withdrawn = hold(world, "Wanda Withdrawn", 70, 70, 70)
    CandidateRequest.objects.create(
        organization=world.organization, invitation=withdrawn.invitation, kind="withdraw", asked_at=ENDED_AT
    )
    client = enter(world)
    page = read(client, url(world.panel))
    assert labels(page) == ["Amara Okafor", "Wanda Withdrawn"]
    row = page.context["rows"][1]
    assert (row.words, row.overall, row.measures, row.can_be_chosen) == ("Withdrawn by the candidate", None, {}, False)
    text = page.content.decode()
    assert "1 was erased." in text
    assert [name for name in ("Diego", "Jonas") if name in text] == []
    side = read(client, url(world.panel, "compare-side"), c=[one.pk for one in (amara, jonas, diego, withdrawn)])
    assert [one["row"].label for one in side.context["people"]] == ["Amara Okafor"]
    assert client.get(url(world.panel, "compare-questions")).context["questions"] == []


# --- Side by side ----------------------------------------------------------------------------------------------------


def test_the_chosen_stand_side_by_side_with_words_quotes_and_decisions(
    world: World, amara: InterviewSession, diego: InterviewSession
) -> None:
    rosa = make_member("rosa@fernbrook.example", {})
    decide(
        session_id=diego.pk, stage="hold", reason="Diego may try again.", decided_by=rosa, now=ENDED_AT, seen_id=None
    )
    page = read(enter(world), url(world.panel, "compare-side"), c=[amara.pk, diego.pk]).content.decode()
    for words in ("Amara Okafor", "Diego Fuentes", "Strengths", "explain analyze", "Diego may try again. (rosa@", "84"):
        assert words in page, words


def test_six_fit_and_the_rest_is_told(world: World) -> None:
    chosen = [hold(world, f"Candidate{place} X", 50 + place, 60, 70).pk for place in range(7)]
    page = read(enter(world), url(world.panel, "compare-side"), c=chosen)
    assert len(page.context["people"]) == 6
    assert "1 more was chosen; six fit side by side." in page.content.decode()
    assert "Nobody is chosen." in read(enter(world, "admin"), url(world.panel, "compare-side")).content.decode()


# --- The same question -----------------------------------------------------------------------------------------------


def test_the_answers_to_one_question_stand_beside_each_other(
    world: World, amara: InterviewSession, jonas: InterviewSession
) -> None:
    Answer.objects.filter(number__gt=1).delete()
    answer = amara.answers.get()
    Recording.objects.create(
        session=amara, answer=answer, kind="answer", work_status="done", finished_at=ENDED_AT, file="x.flac"
    )
    client = enter(world)
    (question, link) = read(client, url(world.panel, "compare-questions")).context["questions"][0]
    assert question.asked == 2
    page = read(client, link)
    assert page.context["heads"] == ["Amara Okafor", "Jonas Lindqvist"]
    assert page.context["points"] == [
        ("Read the query plan", [True, True], 2),
        ("Composite index", [False, False], 0),
        ("Every insert becomes slower", [None, None], 0),
    ]
    assert [(one["card"].points, one["range"].low, one["range"].high) for one in page.context["answers"]] == [
        (88, 79, 97),
        (90, 81, 99),
    ]
    text = page.content.decode()
    assert "</button>I would run explain analyze first</mark>" in text
    assert text.count("<audio") == 1
    sound = reverse("admin:interviewpanel_interviewsession_answer_recording", args=[amara.pk, 1])
    assert f'src="{sound}"' in text
    assert "Ranges of technical scores overlap here" in text


def test_a_question_that_one_was_asked_is_compared_with_nothing(
    world: World, amara: InterviewSession, jonas: InterviewSession
) -> None:
    client = enter(world)
    version = world.question.current_version
    assert version is not None
    path = url(world.panel, "compare-question", version.pk)
    assert client.get(path, {"c": [amara.pk, jonas.pk]}).status_code == 200
    assert client.get(path, {"c": [amara.pk]}).status_code == 404
    assert client.get(url(world.panel, "compare-question", 999_999)).status_code == 404


# --- Without names ---------------------------------------------------------------------------------------------------


def test_without_names_nobody_is_named_and_nothing_is_heard(
    world: World, amara: InterviewSession, jonas: InterviewSession
) -> None:
    answer = amara.answers.get(number=1)
    Answer.objects.filter(pk=answer.pk).update(transcript=f"I am Amara. {SPOKEN}")
    Recording.objects.create(
        session=amara, answer=answer, kind="answer", work_status="done", finished_at=ENDED_AT, file="x.flac"
    )
    rosa = make_member("rosa@fernbrook.example", {})
    decide(session_id=amara.pk, stage="hold", reason="Amara waits.", decided_by=rosa, now=ENDED_AT, seen_id=None)
    client = enter(world)
    version = world.question.current_version
    assert version is not None
    for name, args in (("compare", []), ("compare-side", []), ("compare-question", [version.pk])):
        text = read(client, url(world.panel, name, *args), blind=1, c=[amara.pk, jonas.pk]).content.decode()
        assert [word for word in ("Amara", "Okafor", "Jonas", "Lindqvist", "@example.com") if word in text] == [], name
        assert "Candidate A" in text
        assert "<audio" not in text
        assert reverse("admin:interviewpanel_interviewsession_change", args=[amara.pk]) not in text
        assert "/decide/" not in text
    assert "[name] waits." in read(client, url(world.panel, "compare-side"), blind=1, c=amara.pk).content.decode()


# --- Who sees it -----------------------------------------------------------------------------------------------------


def list_paths(world: World, session: InterviewSession) -> list[str]:
    version = world.question.current_version
    assert version is not None
    return [
        url(world.panel),
        f"{url(world.panel, 'compare-side')}?c={session.pk}",
        url(world.panel, "compare-questions"),
        url(world.panel, "compare-question", version.pk),
    ]


def test_roles_and_tenants(world: World, amara: InterviewSession, jonas: InterviewSession) -> None:
    elsewhere = Organization.objects.create(name="Elsewhere", slug="elsewhere")
    stranger = sign_in(make_member("admin@elsewhere.example", {elsewhere: "admin"}))
    for path in list_paths(world, amara):
        assert [enter_as.get(path).status_code for enter_as in (stranger, Client())] == [404, 302], path
    for role in ("admin", "hr", "reviewer"):
        client = enter(world, role)
        assert [client.get(path).status_code for path in list_paths(world, amara)] == [200] * 4
        assert ("/decide/" in client.get(url(world.panel)).content.decode()) == (role != "reviewer")


def test_another_panels_candidates_are_not_chosen_here(world: World, amara: InterviewSession) -> None:
    other = InterviewPanel.objects.create(organization=world.organization, title="Other", job_title="Other")
    page = read(enter(world), url(other, "compare-side"), c=[amara.pk])
    assert page.context["people"] == []
    assert "Amara" not in page.content.decode()


# --- How long it takes -----------------------------------------------------------------------------------------------


def test_as_many_queries_for_many_candidates_as_for_two(
    world: World, amara: InterviewSession, jonas: InterviewSession
) -> None:
    client = enter(world)
    chosen = [amara.pk, jonas.pk]
    counts = []
    for name in ("Mei Tanaka", "Omar Benhaddou", "Rina Sato"):
        counts.append([count_queries(client, path, chosen) for path in list_paths(world, amara)])
        chosen.append(hold(world, name, 60, 70, 80).pk)
    assert counts[1:] == counts[:-1]
    assert counts[0] == [14, 15, 10, 21]


def count_queries(client: Client, path: str, chosen: list[int]) -> int:
    if "side" in path:
        path = f"{path.split('?')[0]}?{'&'.join(f'c={pk}' for pk in chosen)}"
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_many_candidates_are_shown_by_pages(world: World, amara: InterviewSession, settings: Any) -> None:
    for place in range(52):
        make_session(world, candidate=f"P{place:02} X")
    client = enter(world)
    first, second = read(client, url(world.panel)), read(client, url(world.panel), page=2)
    assert (len(first.context["rows"]), len(second.context["rows"])) == (50, 3)
    assert 'aria-label="Pages"' in first.content.decode()
