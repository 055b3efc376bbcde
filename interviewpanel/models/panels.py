"""What a recruiter sets up: the panel, its distribution of questions, and who is invited."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from interviewpanel.domain.consent import CONSENT_VERSION
from interviewpanel.domain.human_ratings import RatesBlind
from organizations.models import Candidate, Organization
from questionbank.models import Category, Subtopic, Topic


class InterviewPanel(models.Model):
    """A job's interview: window, language, limits, and how turns are taken."""

    class Status(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"
        ARCHIVED = "archived"

    class TurnProfile(models.TextChoices):
        PATIENT = "patient", "Patient: waits 10 s of silence"
        CONVERSATIONAL = "conversational", "Conversational: a brisk exchange"

    class RatesBlind(models.TextChoices):
        """What domain/human_ratings.py knows, as a person reads it."""

        NOBODY = RatesBlind.NOBODY.value, "Nobody: the score is shown at once"
        REVIEWERS = RatesBlind.REVIEWERS.value, "Reviewers"
        EVERYONE = RatesBlind.EVERYONE.value, "Reviewers, recruiters and administrators"

    class QuestionWording(models.TextChoices):
        AS_WRITTEN = "as_written", "As in the bank"
        IN_CONTEXT = "in_context", "The bank's, put into context by a language model"
        GENERATED = "generated", "Made for each candidate by a language model"

    class InterviewerVoice(models.TextChoices):
        BROWSER = "browser", "The browser's own"
        SERVER = "server", "This server's, the same for everybody"

    class Door(models.TextChoices):
        PAGE = "page", "Their page in a browser"
        ROOM = "room", "A room of the LiveKit server"

    class AccommodationPolicy(models.TextChoices):
        ASK = "ask", "A recruiter decides on each request"
        GRANT = "grant", "Granted at once, but for what is written as other"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="panels")
    title = models.CharField(max_length=150)
    job_title = models.CharField(max_length=150)
    job_category = models.CharField(max_length=100, blank=True)
    experience_level = models.CharField(max_length=50, blank=True)
    language = models.CharField(max_length=8, default="en", choices=settings.LANGUAGES)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    max_questions = models.PositiveSmallIntegerField(
        default=15, validators=[MinValueValidator(1), MaxValueValidator(50)], help_text="The exchange limit."
    )
    max_minutes = models.PositiveSmallIntegerField(
        default=45, validators=[MinValueValidator(1), MaxValueValidator(240)]
    )
    pause_budget_seconds = models.PositiveIntegerField(default=600)
    grace_seconds = models.PositiveIntegerField(default=600, help_text="How long dropped connections may last, in all.")
    turn_profile = models.CharField(max_length=14, choices=TurnProfile.choices, default=TurnProfile.PATIENT)
    turn_settings = models.JSONField(
        default=dict, blank=True, help_text='The profile\'s numbers changed, in seconds: {"silence_seconds": 8}.'
    )
    max_follow_ups = models.PositiveSmallIntegerField(
        default=1,
        validators=[MaxValueValidator(3)],
        help_text="Follow-up questions at most to each question whose answer stays on the surface; 0 for none. "
        "Each is an exchange, and none is asked that would cost a planned question.",
    )
    words_by_model = models.BooleanField(
        default=True,
        help_text="A language model, where there is one, may word greeting, closing, follow-ups and questions in other "
        "words. Each is prepared ahead and checked; where it is late or refused, the usual sentence is said.",
    )
    question_wording = models.CharField(
        max_length=10,
        choices=QuestionWording.choices,
        default=QuestionWording.AS_WRITTEN,
        help_text="How the next question is worded. in_context: a language model may put the bank's question into the "
        "context of the job and of what was asked; it is scored by the bank's rubric. generated: a language model may "
        "make another question for the same place of the plan, with a rubric of its own; nobody else is asked it.",
    )
    interviewer_voice = models.CharField(
        max_length=7,
        choices=InterviewerVoice.choices,
        default=InterviewerVoice.BROWSER,
        help_text="Who reads aloud on the candidate's page. server: a voice of this server, prepared ahead; where a "
        "sentence is not ready, the browser reads it.",
    )
    voice_name = models.CharField(
        max_length=80,
        blank=True,
        help_text="Which of the server's voices for the panel's language speaks, there and by phone. Empty: the usual.",
    )
    shows_scores_to_candidates = models.BooleanField(default=False)
    consent_version = models.CharField(max_length=20, default=CONSENT_VERSION)
    consent_addition = models.TextField(
        blank=True,
        max_length=2000,
        help_text="Paragraphs of the organization's own below that text: agreed to with it, and kept with it.",
    )
    door = models.CharField(
        max_length=4,
        choices=Door.choices,
        default=Door.PAGE,
        help_text="By which way candidates come in. Their page stays open to them in either case.",
    )
    records_video = models.BooleanField(default=False, help_text="Kept for the reviewer; never analysed or scored.")
    alternative_route = models.TextField(
        blank=True, help_text="For who does not want an automated interview. Empty: write to us, a person will ask you."
    )
    decision_days = models.PositiveSmallIntegerField(
        default=10, validators=[MinValueValidator(1)], help_text="Within how many days candidates hear from you."
    )
    accommodation_policy = models.CharField(
        max_length=5, choices=AccommodationPolicy.choices, default=AccommodationPolicy.ASK
    )
    score_weights = models.JSONField(default=dict, blank=True, help_text="Component weights, if the panel has its own.")
    rates_blind = models.CharField(
        max_length=9,
        choices=RatesBlind.choices,
        default=RatesBlind.NOBODY,
        help_text="Who rates each answer before its automatic score is shown to them.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(name="panel_door", condition=Q(door__in=["page", "room"])),
            models.CheckConstraint(name="panel_status", condition=Q(status__in=["draft", "published", "archived"])),
            models.CheckConstraint(
                name="panel_window",
                condition=Q(opens_at__isnull=True) | Q(closes_at__isnull=True) | Q(opens_at__lt=F("closes_at")),
            ),
            models.CheckConstraint(
                name="panel_rates_blind", condition=Q(rates_blind__in=["nobody", "reviewers", "everyone"])
            ),
            models.CheckConstraint(
                name="panel_question_wording",
                condition=Q(question_wording__in=["as_written", "in_context", "generated"]),
            ),
            models.CheckConstraint(
                name="panel_interviewer_voice", condition=Q(interviewer_voice__in=["browser", "server"])
            ),
            models.UniqueConstraint(fields=["id", "organization"], name="panel_tenant_key"),
        ]

    def __str__(self) -> str:
        return self.title


class InterviewPanelQuestionDistribution(models.Model):
    """One row of the plan: how many questions of each difficulty on a category, a topic or a subtopic."""

    panel = models.ForeignKey(InterviewPanel, on_delete=models.CASCADE, related_name="distribution")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    subtopic = models.ForeignKey(Subtopic, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    easy_count = models.PositiveSmallIntegerField(default=0)
    medium_count = models.PositiveSmallIntegerField(default=0)
    hard_count = models.PositiveSmallIntegerField(default=0)
    weightage = models.FloatField(default=1.0)

    class Meta:
        ordering = ["id"]
        verbose_name = "distribution row"
        constraints = [
            # A null equals nothing, so each depth of a row has a constraint of its own.
            models.UniqueConstraint(fields=["panel", "subtopic"], name="distribution_subtopic_once"),
            models.UniqueConstraint(
                fields=["panel", "topic"], condition=Q(subtopic__isnull=True), name="distribution_topic_once"
            ),
            models.UniqueConstraint(
                fields=["panel", "category"], condition=Q(topic__isnull=True), name="distribution_category_once"
            ),
            models.CheckConstraint(name="distribution_weightage", condition=Q(weightage__gt=0)),
            models.CheckConstraint(
                name="distribution_subtopic_has_topic", condition=Q(subtopic__isnull=True) | Q(topic__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return str(self.subtopic or self.topic or self.category)

    def count_of(self, difficulty: str) -> int:
        return int(getattr(self, f"{difficulty}_count"))


class InterviewPanelCandidate(models.Model):
    """One candidate invited to one panel, with a private link.

    The link's token is an HMAC of this row's uuid and `token_version`, so it can be shown again; only its hash is here.
    """

    tenant_links: ClassVar = ("panel", "candidate")

    class ErasedBecause(models.TextChoices):
        RETENTION = "retention", "The time for which it was kept was over"
        REQUEST = "request", "The candidate asked for it"
        OPERATOR = "operator", "By command"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    panel = models.ForeignKey(InterviewPanel, on_delete=models.CASCADE, related_name="invitations")
    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="invitations")
    token_version = models.PositiveIntegerField(default=1)
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    time_multiplier = models.FloatField(default=1.0, help_text="Accommodation: every time limit times this (1 to 3).")
    silence_multiplier = models.FloatField(
        default=1.0, help_text="Accommodation: the silence that ends an answer times this, besides (1 to 5)."
    )
    extra_break_seconds = models.PositiveIntegerField(default=0, help_text="Accommodation: added to the pause budget.")
    prefers_typing = models.BooleanField(default=False, help_text="Accommodation: the page opens with typing.")
    metadata = models.JSONField(
        default=dict, blank=True, editable=False, help_text="What another system gave with it, and is told again."
    )
    is_trial = models.BooleanField(
        default=False, editable=False, help_text="Of somebody who tries the panel: in no list, figure or statistic."
    )
    retention_days = models.PositiveSmallIntegerField(
        default=180, help_text="How long an interview is kept, as told behind this link. The organization's, then."
    )
    recording_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How long its sound and video are kept, as told. Empty: as long as the rest."
    )
    kept_until = models.DateTimeField(
        null=True, blank=True, help_text="If no interview is held: then what is stored is erased. Else see the session."
    )
    erased_at = models.DateTimeField(null=True, blank=True)
    erased_because = models.CharField(max_length=9, choices=ErasedBecause.choices, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "invitation"
        constraints = [
            models.UniqueConstraint(fields=["id", "organization"], name="invitation_tenant_key"),
            models.CheckConstraint(
                name="invitation_multiplier", condition=Q(time_multiplier__gte=1, time_multiplier__lte=3)
            ),
            models.CheckConstraint(
                name="invitation_silence_multiplier", condition=Q(silence_multiplier__gte=1, silence_multiplier__lte=5)
            ),
            models.CheckConstraint(
                name="invitation_erased_has_a_reason",
                condition=Q(erased_at__isnull=True, erased_because="")
                | Q(erased_at__isnull=False, erased_because__in=["retention", "request", "operator"]),
            ),
        ]
        indexes = [
            models.Index(fields=["kept_until"], condition=Q(erased_at__isnull=True), name="invitation_kept_until"),
            models.Index(fields=["-created_at"], name="invitation_created"),
            models.Index(
                fields=["expires_at"],
                condition=Q(erased_at__isnull=True, revoked_at__isnull=True),
                name="invitation_expires_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.candidate} · {self.panel}"

    @property
    def pause_budget_seconds(self) -> float:
        """Of the panel, with the accommodations."""
        return self.panel.pause_budget_seconds * self.time_multiplier + self.extra_break_seconds

    @property
    def grace_budget_seconds(self) -> float:
        """Of the panel, with the accommodation."""
        return self.panel.grace_seconds * self.time_multiplier

    @property
    def talking_limit_seconds(self) -> int:
        """Of the panel, with the accommodation."""
        return round(self.panel.max_minutes * 60 * self.time_multiplier)
