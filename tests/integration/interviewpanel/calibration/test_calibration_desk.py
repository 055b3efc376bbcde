"""The calibration desk in the admin: what administrators see and do there, and that nobody else finds it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.urls import reverse

from authentication.models import User
from interviewpanel.admin.badges import count_drifts
from interviewpanel.admin.calibration import MOST_RUNS, describe_sets
from interviewpanel.models import CalibrationMap, CalibrationRun, RatedSet
from organizations.models import Change, Membership
from tests.interview_rows import World, make_world
from tests.rows_besides import add_rated_set

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
DESK = "admin:interviewpanel_ratedset_desk"
FILE = b"question,expected_answer,answer,rater,rating\nWhy?,An index.,Because,a,50\nWhy?,An index.,Because,a,40\n"


@pytest.fixture
def world() -> World:
    call_command("create_roles", verbosity=0)
    return make_world()


def sign_in(world: World, role: str) -> Client:
    user = User.objects.create_user(f"{role}@example.com", "x", is_staff=True)
    Membership.objects.create(organization=world.organization, user=user, role=role)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def admin(world: World) -> Client:
    return sign_in(world, "admin")


def add_run(rated_set: RatedSet, **changes: Any) -> CalibrationRun:
    agreed = {"pairs": 20, "qwk": 0.71, "qwk_95": [0.6, 0.8], "icc": 0.7, "mae": 9.5, "bias": 1.5, "exact": 0.6}
    scores = {"1": {"state": "scored", "composite": 60.0}, "2": {"state": "needs_human", "composite": None}}
    fields = {"work_status": "done", "engine": "ollama", "model": "tiny", "scores": scores}
    return CalibrationRun.objects.create(
        organization=rated_set.organization,
        rated_set=rated_set,
        agreement={"scorer": {**agreed, "adjacent": 0.9}, "embedded": None, "people": None},
        **{**fields, **changes},
    )


def add_map(world: World, **changes: Any) -> CalibrationMap:
    fields: dict[str, Any] = {
        "number": 1,
        "scorer_version": "embedded/2",
        "knots": [[0, 0], [50, 40], [100, 90]],
        "trial": {"answers": 60, "questions": 6, "mae_before": 14.2, "mae_after": 9.1},
        "fitted_at": NOW,
    }
    return CalibrationMap.objects.create(organization=world.organization, **{**fields, **changes})


def test_the_desk_says_what_is_there(world: World, admin: Client) -> None:
    add_run(add_rated_set(world.organization), alarms=["Scores differ by 9.0 points on average; 3 are normal."])
    add_map(world)
    page = admin.get(reverse(DESK)).content.decode()
    for words in (
        "too few to say anything: it takes 10",
        "Off by 14.2 points without it, by 9.1 with it",
        "Scores differ by 9.0 points on average; 3 are normal.",
        "0.71",
        "1 of 2 answers got no number and need a person",
        "ollama",
    ):
        assert words in page


def test_a_set_that_was_scored_once_is_not_hidden_by_the_nights_of_another(world: World) -> None:
    once, golden = add_rated_set(world.organization, "Once"), add_rated_set(world.organization, "Golden")
    only = add_run(once)
    CalibrationRun.objects.bulk_create(
        CalibrationRun(
            organization=world.organization, rated_set=golden, work_status="done", scores={"1": {"composite": 50}}
        )
        for _ in range(201)
    )
    told = {one["set"].name: one for one in describe_sets(world.organization)}
    assert (told["Once"]["runs"], told["Once"]["last"]) == ([only], only)
    assert (len(told["Golden"]["runs"]), told["Golden"]["last"]) == (MOST_RUNS, golden.runs.first())


def test_the_sidebar_counts_alarms_until_somebody_has_seen_them(
    world: World, admin: Client, rf: RequestFactory
) -> None:
    def count() -> int:
        request = rf.get("/admin/")
        request.user = User.objects.get(email="admin@example.com")
        return count_drifts(request)

    run = add_run(add_rated_set(world.organization), alarms=["Drift."])
    assert count() == 1
    admin.post(reverse("admin:interviewpanel_ratedset_run", args=[run.pk, "seen"]))
    run.refresh_from_db()
    assert run.seen_by is not None
    assert count() == 0


@pytest.mark.parametrize("role", ["hr", "reviewer"])
def test_who_rates_or_recruits_does_not_see_it(world: World, role: str) -> None:
    client, rated_set = sign_in(world, role), add_rated_set(world.organization)
    assert client.get(reverse(DESK)).status_code in (403, 404)
    assert client.get(reverse("admin:interviewpanel_ratedset_import")).status_code in (403, 404)
    for name, args in (("act", [rated_set.pk, "score"]), ("fit", [])):
        assert client.post(reverse(f"admin:interviewpanel_ratedset_{name}", args=args)).status_code in (403, 404)
    assert not CalibrationRun.objects.exists()


def test_another_organizations_rows_are_not_there(world: World, admin: Client) -> None:
    other = make_world("Stranger")
    rated_set, theirs = add_rated_set(other.organization, "Theirs"), add_map(other)
    run = add_run(rated_set, alarms=["Drift."])
    assert "Theirs" not in admin.get(reverse(DESK)).content.decode()
    wanted = f"{reverse(DESK)}?organization={other.organization.uuid}"
    assert admin.get(wanted).status_code == 404
    for name, args in (
        ("act", [rated_set.pk, "score"]),
        ("run", [run.pk, "seen"]),
        ("map", [theirs.pk, "start"]),
    ):
        assert admin.post(reverse(f"admin:interviewpanel_ratedset_{name}", args=args)).status_code == 404
    fit = {"organization": str(other.organization.uuid)}
    assert admin.post(reverse("admin:interviewpanel_ratedset_fit"), fit).status_code == 404


def test_a_file_is_imported_and_what_is_wrong_with_one_is_said(world: World, admin: Client) -> None:
    address = reverse("admin:interviewpanel_ratedset_import")
    form = {"organization": world.organization.pk, "name": "Autumn", "origin": ""}
    refused = admin.post(address, {**form, "file": SimpleUploadedFile("a.csv", FILE)}).content.decode()
    assert "Row 3: rater a has rated this answer in another row already (first in row 2)." in refused
    good = FILE.replace(b"a,40", b"b,40")
    answer = admin.post(address, {**form, "file": SimpleUploadedFile("a.csv", good)}, follow=True)
    assert "“Autumn”: 1 answers." in answer.content.decode()
    assert Change.objects.get(subject_name="Autumn").action == "added"


def test_acts_are_done_and_stand_in_the_history(world: World, admin: Client) -> None:
    rated_set, fitted = add_rated_set(world.organization), add_map(world)
    admin.post(reverse("admin:interviewpanel_ratedset_act", args=[rated_set.pk, "score"]))
    admin.post(reverse("admin:interviewpanel_ratedset_act", args=[rated_set.pk, "unwatch"]))
    admin.post(reverse("admin:interviewpanel_ratedset_map", args=[fitted.pk, "start"]), {"reason": "Stricter raters"})
    fitted.refresh_from_db()
    rated_set.refresh_from_db()
    assert (rated_set.runs.count(), rated_set.is_watched, fitted.is_active) == (1, False, True)
    told = Change.objects.exclude(subject_name__contains="@").values_list("subject_name", "message")
    assert sorted(told) == [
        ("Autumn", "“Autumn” is being scored."),
        ("Autumn", "“Autumn” is not scored at night any more."),
        ("Map 1", "Map 1 is in force: scores made from now on are bent by it."),
    ]
    address = reverse("admin:interviewpanel_ratedset_map", args=[fitted.pk, "explode"])
    assert admin.post(address).status_code == 404
    assert admin.get(address).status_code == 405


def test_a_map_that_cannot_be_fitted_says_what_is_missing(world: World, admin: Client) -> None:
    wanted = {"organization": str(world.organization.uuid)}
    said = admin.post(reverse("admin:interviewpanel_ratedset_fit"), wanted, follow=True).content.decode()
    assert "0 rated answers to 0 questions are there." in said


def test_many_sets_cost_as_many_queries_as_one(
    world: World, admin: Client, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    add_run(add_rated_set(world.organization))
    admin.get(reverse(DESK))
    with django_assert_max_num_queries(40) as first:
        admin.get(reverse(DESK))
    for number in range(5):
        rated_set = RatedSet.objects.create(
            organization=world.organization, name=f"Set {number}", digest=str(number), imported_at=NOW
        )
        add_run(rated_set)
        add_run(rated_set)
        add_map(world, number=number + 2)
    with django_assert_num_queries(len(first)):
        admin.get(reverse(DESK))
