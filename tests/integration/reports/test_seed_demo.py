"""The demo's data: what is made, that a second run makes nothing twice, and whose password it is."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import Model, Sum
from pytest_django import Settings

from authentication.models import User
from interviewpanel.models import InterviewPanel, InterviewPanelCandidate, InterviewPanelQuestionDistribution
from interviewpanel.services.invitations import find_invitation, make_token
from organizations.models import Candidate, Membership, Organization
from questionbank.models import Question, QuestionVersion
from questionbank.services.bank_import import ImportResult
from reports.management.commands.seed_demo import DEFAULT_PASSWORD, find_password
from reports.services.demo_data import seed_demo

pytestmark = pytest.mark.django_db

NOW = datetime(2030, 3, 1, 9, 0, tzinfo=UTC)
PASSWORD = "a-password-of-the-test"
OUR_APPS = ("authentication", "organizations", "questionbank", "interviewpanel", "reports")


def count_rows() -> dict[str, int]:
    models: list[type[Model]] = [Group]
    for app in OUR_APPS:
        models.extend(apps.get_app_config(app).get_models())
    return {model.__name__: model._default_manager.count() for model in models}


def list_counts(panel: InterviewPanel) -> list[tuple[str, int, int, int, float]]:
    return [
        (str(row), row.easy_count, row.medium_count, row.hard_count, row.weightage)
        for row in panel.distribution.select_related("category", "topic", "subtopic__topic")
    ]


def test_everything_is_made() -> None:
    data = seed_demo(now=NOW, password=PASSWORD)
    made = {name: count for name, count in count_rows().items() if count}
    assert made == {
        "User": 3,
        "Group": 4,
        "Organization": 1,
        "Membership": 3,
        "Change": 3,
        "Candidate": 6,
        "Category": 2,
        "Topic": 5,
        "Subtopic": 10,
        "Question": 80,
        "QuestionVersion": 80,
        "QuestionStem": 198,
        "InterviewPanel": 2,
        "InterviewPanelQuestionDistribution": 14,
        "InterviewPanelCandidate": 6,
        "PositionQuestionSet": 2,
    }
    assert data.bank == ImportResult(created=80, changed=0, unchanged=0)
    assert Question.objects.filter(status="live", organization=None).count() == 80


def test_every_row_is_one_the_admin_would_accept() -> None:
    seed_demo(now=NOW, password=PASSWORD)
    for model in (Organization, Membership, Candidate, InterviewPanel, InterviewPanelQuestionDistribution, User):
        for row in model._default_manager.all():
            row.full_clean()


def test_staff_have_their_role_in_the_organization_and_the_group_of_the_same_name() -> None:
    data = seed_demo(now=NOW, password=PASSWORD)
    assert {role: user.email for role, user in data.staff.items()} == {
        "admin": "admin@demo.invalid",
        "hr": "hr@demo.invalid",
        "reviewer": "reviewer@demo.invalid",
    }
    for role, user in data.staff.items():
        user.refresh_from_db()
        assert (user.is_staff, user.is_superuser, user.check_password(PASSWORD)) == (True, False, True)
        assert [group.name for group in user.groups.all()] == [role]
        assert [(member.organization, member.role) for member in user.memberships.all()] == [(data.organization, role)]


def test_the_short_panel_asks_what_the_robot_can_answer() -> None:
    short, _ = seed_demo(now=NOW, password=PASSWORD).panels
    assert list_counts(short) == [
        ("Databases › SQL and data modelling", 1, 0, 0, 1.0),
        ("Python › Concurrency", 0, 1, 0, 1.0),
        ("Databases › Transactions and performance", 0, 1, 0, 1.0),
        ("Web and APIs › HTTP and REST", 0, 1, 0, 1.0),
        ("Systems and operations › Reliability and observability", 0, 0, 1, 1.0),
    ]
    assert (short.status, short.max_questions) == ("published", 5)


def test_the_long_panel_covers_every_topic_and_working_together() -> None:
    _, long = seed_demo(now=NOW, password=PASSWORD).panels
    totals = long.distribution.aggregate(easy=Sum("easy_count"), medium=Sum("medium_count"), hard=Sum("hard_count"))
    assert totals == {"easy": 1, "medium": 8, "hard": 3}
    topics = {row.topic.name for row in long.distribution.select_related("topic") if row.topic}
    assert topics == {"Python", "Databases", "Web and APIs", "Systems and operations", "Collaboration"}
    assert long.status == "published"


def test_each_candidate_has_a_link_that_lasts_a_month() -> None:
    data = seed_demo(now=NOW, password=PASSWORD)
    assert [(invitation.panel.title, invitation.candidate.full_name) for invitation in data.invitations] == [
        ("Backend engineer: first conversation", "Alex Weber"),
        ("Backend engineer: first conversation", "Robin Costa"),
        ("Backend engineer: first conversation", "Noor Haddad"),
        ("Senior backend engineer: in depth", "Mika Tanaka"),
        ("Senior backend engineer: in depth", "Jules Martin"),
        ("Senior backend engineer: in depth", "Sam Okafor"),
    ]
    for invitation in data.invitations:
        assert find_invitation(make_token(invitation)) == invitation
        assert invitation.expires_at == NOW + timedelta(days=30)
        assert invitation.candidate.email.endswith("@candidates.demo.invalid")


def test_a_second_run_makes_nothing_twice() -> None:
    first = seed_demo(now=NOW, password=PASSWORD)
    counts = count_rows()
    hashes = list(User.objects.order_by("id").values_list("password"))
    second = seed_demo(now=NOW + timedelta(days=40), password=PASSWORD)
    assert count_rows() == counts
    assert second.bank == ImportResult(created=0, changed=0, unchanged=80)
    assert (second.organization, second.staff, second.panels, second.invitations) == (
        *(first.organization, first.staff, first.panels, first.invitations),
    )
    assert list(User.objects.order_by("id").values_list("password")) == hashes


def test_a_second_run_keeps_what_people_changed() -> None:
    organization = seed_demo(now=NOW, password=PASSWORD).organization
    Organization.objects.update(name="Ours now", primary_colour="#000000")
    InterviewPanel.objects.update(status="archived", max_minutes=7)
    Membership.objects.filter(role="reviewer").update(role="hr")
    Candidate.objects.filter(full_name="Alex Weber").update(full_name="Alexandra Weber")
    seed_demo(now=NOW, password=PASSWORD)
    organization.refresh_from_db()
    assert (organization.name, organization.primary_colour) == ("Ours now", "#000000")
    assert set(InterviewPanel.objects.values_list("status", "max_minutes")) == {("archived", 7)}
    assert Membership.objects.filter(role="hr").count() == 2
    assert Candidate.objects.filter(full_name="Alexandra Weber").count() == 1


def test_a_new_password_replaces_the_old_one() -> None:
    seed_demo(now=NOW, password=PASSWORD)
    seed_demo(now=NOW, password="another-of-the-test")
    assert {user.check_password("another-of-the-test") for user in User.objects.all()} == {True}


def test_a_demo_beside_another_tenant_leaves_it_alone() -> None:
    other = Organization.objects.create(name="Other", slug="other")
    panel = InterviewPanel.objects.create(organization=other, title="Backend engineer: first conversation")
    seed_demo(now=NOW, password=PASSWORD)
    assert not panel.distribution.exists()
    assert not InterviewPanelCandidate.objects.filter(organization=other).exists()


@pytest.fixture
def command_output(settings: Settings) -> StringIO:
    settings.DEMO_PASSWORD = ""
    settings.DEBUG = True
    settings.PUBLIC_URL = "http://demo.test"
    return StringIO()


def test_the_command_says_where_to_sign_in_and_shows_the_links(command_output: StringIO) -> None:
    call_command("seed_demo", stdout=command_output)
    lines = command_output.getvalue().splitlines()
    links = [
        f"  {invitation.candidate.full_name:<13} http://demo.test/i/{make_token(invitation)}/"
        for invitation in InterviewPanelCandidate.objects.select_related("candidate").order_by("id")
    ]
    assert lines == [
        "Fairlead Demo: 80 questions new, 0 changed, 0 as they were.",
        "",
        "Sign in at http://demo.test/admin/ (password: interview-demo)",
        "  admin     admin@demo.invalid",
        "  hr        hr@demo.invalid",
        "  reviewer  reviewer@demo.invalid",
        "",
        "Backend engineer: first conversation",
        *links[:3],
        "",
        "Senior backend engineer: in depth",
        *links[3:],
    ]
    assert QuestionVersion.objects.count() == 80


def test_a_link_that_was_made_with_another_key_is_not_shown(command_output: StringIO, settings: Settings) -> None:
    call_command("seed_demo", stdout=StringIO())
    settings.SECRET_KEY = "another-of-the-test"
    call_command("seed_demo", stdout=command_output)
    lines = command_output.getvalue().splitlines()

    assert "/i/" not in command_output.getvalue()
    assert lines[7:9] == ["Backend engineer: first conversation", "  Alex Weber    (made with another SECRET_KEY)"]
    assert lines[-1].startswith("Links that were made with another SECRET_KEY cannot be shown. Set that key again, or")


def test_the_command_does_not_show_a_password_of_ones_own(command_output: StringIO, settings: Settings) -> None:
    settings.DEMO_PASSWORD = PASSWORD
    call_command("seed_demo", stdout=command_output)
    assert PASSWORD not in command_output.getvalue()
    assert "(password: the one in DEMO_PASSWORD)" in command_output.getvalue()


def test_the_password_where_none_is_configured() -> None:
    assert find_password("own", is_debug=False) == "own"
    assert find_password("", is_debug=True) == DEFAULT_PASSWORD
    with pytest.raises(CommandError, match="DEMO_PASSWORD is not set and DEBUG is off"):
        find_password("", is_debug=False)
