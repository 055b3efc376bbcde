"""`InterviewReport`: the report of one interview, and the work of making it. `InterviewNarrative`: what a language
model wrote for it. `ReportShare`: who else may read it."""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from config.work.rows import WorkItem
from interviewpanel.models import InterviewSession
from organizations.models import Organization


def name_report_file(report: "InterviewReport", filename: str) -> str:
    return f"reports/{report.session.uuid}/{filename}"


class InterviewReport(WorkItem):
    """Made with the session's end, in the same transaction; `done` means that `document`, `pdf` and `json` are there.

    The numbers are the document's, repeated for lists and for whoever asks for one score. A report that was made
    before every answer was scored is `partial`; when the rest is there it is made once more.
    """

    tenant_links: ClassVar = ("session",)

    class Kind(models.TextChoices):
        FINAL = "final"
        PARTIAL = "partial"

    class State(models.TextChoices):
        FINAL = "final"
        PARTIAL = "partial"
        INSUFFICIENT = "insufficient", "insufficient: too little could be scored for a number"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    session = models.OneToOneField(InterviewSession, on_delete=models.CASCADE, related_name="report")
    kind = models.CharField(max_length=7, choices=Kind.choices, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    reviewed_at = models.DateTimeField(
        null=True, blank=True, help_text="When a person decided; empty while nobody has, or it is taken back."
    )
    document = models.JSONField(null=True, blank=True, help_text="The whole scorecard (reports/domain/scorecard.py).")
    # Unguessable names under MEDIA_ROOT, which is served to nobody; reports/admin/ hands files to staff.
    pdf = models.FileField(upload_to=name_report_file, max_length=200, blank=True)
    json = models.FileField(upload_to=name_report_file, max_length=200, blank=True)

    categories = models.JSONField(default=list, blank=True, help_text="The document's: each a label and a value.")
    overall = models.PositiveSmallIntegerField(null=True, blank=True)
    grade = models.CharField(max_length=2, blank=True)
    recommendation = models.CharField(max_length=11, blank=True)
    technical = models.PositiveSmallIntegerField(null=True, blank=True)
    communication = models.PositiveSmallIntegerField(null=True, blank=True)
    problem_solving = models.PositiveSmallIntegerField(null=True, blank=True)
    role_fit = models.PositiveSmallIntegerField(null=True, blank=True)

    task_name = "reports.tasks.generate_interview_report"
    queue = "reports"

    class Meta(WorkItem.Meta):
        abstract = False
        ordering = ["-created_at"]
        verbose_name = "report"
        constraints = [
            *WorkItem.Meta.constraints,
            models.CheckConstraint(name="report_kind", condition=Q(kind__in=["", "final", "partial"])),
            models.CheckConstraint(
                name="report_state", condition=Q(state__in=["", "final", "partial", "insufficient"])
            ),
            models.CheckConstraint(
                name="report_overall_range", condition=Q(overall__isnull=True) | Q(overall__lte=100)
            ),
            models.CheckConstraint(
                name="report_advises_only_on_a_number",
                condition=Q(overall__isnull=True, grade="", recommendation="")
                | (Q(overall__isnull=False) & ~Q(grade="") & ~Q(recommendation="") & ~Q(state="insufficient")),
            ),
            models.CheckConstraint(
                name="report_made_is_whole",
                condition=Q(kind="", document__isnull=True)
                | (Q(document__isnull=False, made_at__isnull=False) & ~Q(pdf="") & ~Q(json="") & ~Q(kind="")),
            ),
        ]
        indexes = [
            *WorkItem.Meta.indexes,
            models.Index(
                fields=["made_at"],
                condition=Q(made_at__isnull=False, reviewed_at__isnull=True),
                name="report_unreviewed",
            ),
            models.Index(fields=["reviewed_at"], condition=Q(reviewed_at__isnull=False), name="report_reviewed"),
        ]

    def __str__(self) -> str:
        return f"Report {self.uuid}"

    @property
    def is_made(self) -> bool:
        """Whether there is a document to read; true also while a partial report is made again."""
        return self.document is not None


class InterviewNarrative(WorkItem):
    """What a language model wrote of one state of an interview's scores, and the work of asking for it.

    A report whose evidence has this hash is told in these words, however often it is made: nobody is asked, or pays,
    twice. Only what passed the checks is kept; of the rest, how much it was and why (reports/domain/narration/).
    """

    tenant_links: ClassVar = ("session",)

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    session = models.ForeignKey(InterviewSession, on_delete=models.CASCADE, related_name="narratives")
    evidence_hash = models.CharField(max_length=64, help_text="SHA-256 of what the model was given.")
    reply = models.JSONField(null=True, blank=True, help_text="What was kept (domain/narration/replies.py).")
    dropped = models.JSONField(default=list, blank=True, help_text="How many sentences were dropped, where and why.")
    engine = models.CharField(max_length=20, blank=True)
    model = models.CharField(max_length=120, blank=True)
    prompt_version = models.CharField(max_length=80, blank=True)
    reply_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 of all that the model gave back.")

    task_name = "reports.tasks.write_interview_narrative"
    queue = "generation"
    lease_seconds = 60

    class Meta(WorkItem.Meta):
        abstract = False
        ordering = ["-pk"]
        verbose_name = "narrative"
        constraints = [
            *WorkItem.Meta.constraints,
            models.UniqueConstraint(fields=["session", "evidence_hash"], name="narrative_once_per_evidence"),
            models.CheckConstraint(
                name="narrative_has_an_origin",
                condition=Q(reply__isnull=True) | (~Q(engine="") & ~Q(prompt_version="")),
            ),
        ]

    def __str__(self) -> str:
        return f"Narrative of {self.evidence_hash[:12]}"

    @classmethod
    def retry_delay(cls, attempts: int) -> timedelta:
        """Half a minute, two minutes: a model that was busy is seldom free within seconds."""
        return timedelta(seconds=30 * 4 ** (attempts - 1))


class ReportShare(models.Model):
    """A private link by which somebody outside the admin reads one interview's report until a given time.

    The link's token is an HMAC of this row's uuid, so it can be shown again; only its hash is here. It hangs on the
    interview and not on the report, so that what erases the one takes the other, and its history, with it.
    """

    tenant_links: ClassVar = ("session",)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    session = models.ForeignKey(InterviewSession, on_delete=models.CASCADE, related_name="shares")
    token_hash = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=300, help_text="Who reads it, and what for. Told to the candidate.")
    includes_names = models.BooleanField(default=True, help_text="Without: the candidate's name is not shown.")
    includes_audio = models.BooleanField(default=False, help_text="The sound of the answers can be played.")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    opened_count = models.PositiveIntegerField(default=0)
    last_opened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = "shared report"
        constraints = [
            models.CheckConstraint(name="share_has_a_purpose", condition=~Q(purpose="")),
            models.CheckConstraint(name="share_ends_after_it_begins", condition=Q(expires_at__gt=F("created_at"))),
        ]

    def __str__(self) -> str:
        return f"Share {self.uuid}"
