"""What the demo shows: one organization with its staff, the question bank, two panels and the people invited to them.

Called by `manage.py seed_demo`. It stands in `reports` because it spans all apps. All addresses end in `.invalid`, so
that no message can ever reach anybody.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from authentication.models import User
from authentication.services.roles import create_roles
from interviewpanel.domain.positions import normalise
from interviewpanel.models import (
    InterviewPanel,
    InterviewPanelCandidate,
    InterviewPanelQuestionDistribution,
    PositionQuestionSet,
)
from interviewpanel.services.invitations import issue_invitation
from interviewpanel.services.panels import publish_panel
from organizations.models import Candidate, Membership, Organization
from organizations.services.members import add_member
from questionbank.models import Category, Subtopic, Topic
from questionbank.services.bank_import import DEMO_BANK, ImportResult, import_bank, read_bank

ORGANIZATION = {
    "name": "Fairlead Demo",
    "primary_colour": "#1d5c63",
    "contact_email": "people@demo.invalid",
    "time_zone": "UTC",
}
ORGANIZATION_SLUG = "fairlead-demo"

STAFF = {
    Membership.Role.ADMIN: ("admin@demo.invalid", "Demo Administrator"),
    Membership.Role.HR: ("hr@demo.invalid", "Demo Recruiter"),
    Membership.Role.REVIEWER: ("reviewer@demo.invalid", "Demo Reviewer"),
}

POSITION = "Backend engineer"
TECHNICAL = "Software Engineering"
# Its cells are those the robot candidate has prepared answers for.
ROBOT_PLAN = "interviewpanel/management/robot/answers.json"
SHORT_PANEL: dict[str, Any] = {
    "title": "Backend engineer: first conversation",
    "job_title": "Backend engineer",
    "job_category": "Engineering",
    "experience_level": "2 to 5 years",
    "max_questions": 5,
    "max_minutes": 20,
}
LONG_PANEL: dict[str, Any] = {
    "title": "Senior backend engineer: in depth",
    "job_title": "Senior backend engineer",
    "job_category": "Engineering",
    "experience_level": "5 years and more",
    "max_questions": 15,
    "max_minutes": 60,
}


@dataclass(frozen=True)
class PlanRow:
    """A distribution row by names: how many questions of each difficulty, and what they weigh."""

    category: str
    topic: str
    subtopic: str | None
    easy: int = 0
    medium: int = 0
    hard: int = 0
    weightage: float = 1.0


LONG_PLAN = (
    PlanRow(TECHNICAL, "Python", "Data model and idioms", medium=1),
    PlanRow(TECHNICAL, "Python", "Concurrency", medium=1),
    PlanRow(TECHNICAL, "Databases", "SQL and data modelling", easy=1),
    PlanRow(TECHNICAL, "Databases", "Transactions and performance", medium=1, hard=1, weightage=1.5),
    PlanRow(TECHNICAL, "Web and APIs", "HTTP and REST", medium=1),
    PlanRow(TECHNICAL, "Web and APIs", "Security", medium=1),
    PlanRow(TECHNICAL, "Systems and operations", "Linux and networking", medium=1),
    PlanRow(TECHNICAL, "Systems and operations", "Reliability and observability", hard=1, weightage=1.5),
    PlanRow("Working together", "Collaboration", None, medium=2, hard=1),
)

SHORT_PANEL_CANDIDATES = ("Alex Weber", "Robin Costa", "Noor Haddad")
LONG_PANEL_CANDIDATES = ("Mika Tanaka", "Jules Martin", "Sam Okafor")
LINK_HOURS = 30 * 24


@dataclass(frozen=True)
class DemoData:
    """The rows of the demo, made now or found as an earlier run left them."""

    organization: Organization
    staff: Mapping[str, User]
    bank: ImportResult
    panels: tuple[InterviewPanel, InterviewPanel]
    invitations: tuple[InterviewPanelCandidate, ...]


def seed_demo(*, now: datetime, password: str) -> DemoData:
    """Make what is missing of the demo, in one transaction and this order: roles, organization, staff
    (each in the group of the role), bank, panels (published), candidates, invitations (whose links last a month).

    What is there already is left as people have changed it, but for the staff's password, which becomes `password`,
    and the bank, which gets new versions where the files have changed. Running it again makes nothing twice.
    Raises BankFormatError if the bank cannot be read, PanelNotReady if it cannot fill a panel, PermissionMissing if
    the database is not migrated.
    """
    with transaction.atomic():
        create_roles()
        Organization.objects.get_or_create(slug=ORGANIZATION_SLUG, defaults=ORGANIZATION)
        # Two runs at once must not make two panels: on PostgreSQL the second waits here, on SQLite at the beginning.
        organization = Organization.objects.select_for_update().get(slug=ORGANIZATION_SLUG)
        staff = {role.value: _ensure_member(organization, role, password) for role in STAFF}
        bank = import_bank(read_bank(DEMO_BANK))
        short = _ensure_panel(organization, SHORT_PANEL, _read_robot_plan())
        long = _ensure_panel(organization, LONG_PANEL, LONG_PLAN)
        for panel in (short, long):
            _ensure_question_set(organization, panel)
        invitations = [ensure_invitation(short, name, now) for name in SHORT_PANEL_CANDIDATES]
        invitations += [ensure_invitation(long, name, now) for name in LONG_PANEL_CANDIDATES]
    return DemoData(organization, staff, bank, (short, long), tuple(invitations))


def _ensure_member(organization: Organization, role: Membership.Role, password: str) -> User:
    email, full_name = STAFF[role]
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, password, full_name=full_name)
    elif not user.check_password(password):
        user.set_password(password)
        user.save(update_fields=["password"])
    if not Membership.objects.filter(organization=organization, user=user).exists():
        add_member(organization, user, role)
    return user


def _ensure_panel(organization: Organization, fields: Mapping[str, Any], plan: Iterable[PlanRow]) -> InterviewPanel:
    panel = InterviewPanel.objects.filter(organization=organization, title=fields["title"]).first()
    if panel is not None:
        return panel
    panel = InterviewPanel.objects.create(organization=organization, **fields)
    for row in plan:
        category = Category.objects.get(organization=None, name=row.category)
        topic = Topic.objects.get(category=category, name=row.topic)
        InterviewPanelQuestionDistribution.objects.create(
            panel=panel,
            category=category,
            topic=topic,
            subtopic=Subtopic.objects.get(topic=topic, name=row.subtopic) if row.subtopic else None,
            easy_count=row.easy,
            medium_count=row.medium,
            hard_count=row.hard,
            weightage=row.weightage,
        )
    publish_panel(panel)
    return panel


def _ensure_question_set(organization: Organization, panel: InterviewPanel) -> None:
    """By which the API starts an interview for the position."""
    if not panel.positions.exists():
        PositionQuestionSet.objects.get_or_create(
            organization=organization,
            position_key=normalise(POSITION),
            experience_key=normalise(panel.experience_level),
            defaults={"position": POSITION, "experience": panel.experience_level, "panel": panel},
        )


def _read_robot_plan() -> list[PlanRow]:
    plan = json.loads((Path(settings.BASE_DIR) / ROBOT_PLAN).read_text(encoding="utf-8"))["plan"]
    return [PlanRow(TECHNICAL, cell["topic"], cell["subtopic"], **{cell["difficulty"]: cell["count"]}) for cell in plan]


def ensure_invitation(panel: InterviewPanel, full_name: str, now: datetime) -> InterviewPanelCandidate:
    email = f"{full_name.lower().replace(' ', '.')}@candidates.demo.invalid"
    candidate, _ = Candidate.objects.get_or_create(
        organization=panel.organization, email=email, defaults={"full_name": full_name}
    )
    found = InterviewPanelCandidate.objects.filter(panel=panel, candidate=candidate).order_by("id").last()
    return found or issue_invitation(panel=panel, candidate=candidate, now=now, hours=LINK_HOURS)
