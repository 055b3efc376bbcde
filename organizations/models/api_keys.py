"""`ApiKey`: how another system signs in for an organization. `StoredAnswer`: what it was answered, to say it again."""

import uuid

from django.conf import settings
from django.db import models

from organizations.models.organizations import Organization


class ApiKey(models.Model):
    """Only the hash of the key is kept; the key itself was shown once, to who made it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=100, help_text="Which system uses it.")
    prefix = models.CharField(max_length=12, unique=True, help_text="The beginning of the key, to tell it by.")
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(default=list, help_text="What it may do.")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="To the minute.")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class StoredAnswer(models.Model):
    """What a creating call was answered, under the key that the client gave the call, so that a repetition of it
    creates nothing and is told the same. `answer` is encrypted: it may hold a private link or a secret shown once. An
    empty one was forgotten with what it was about.
    """

    caller = models.CharField(max_length=80, help_text="Who asked: an account or an API key.")
    key_hash = models.CharField(max_length=64, help_text="Of the key, which may be made of what tells of a person.")
    request_hash = models.CharField(max_length=64, help_text="Of method, path and body: the same key is the same call.")
    status = models.PositiveSmallIntegerField(null=True, help_text="Empty while the first call is under way.")
    answer = models.BinaryField(default=bytes)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key_hash"], name="stored_answer_once")]

    def __str__(self) -> str:
        return f"{self.caller} · {self.key_hash[:12]}"


class StoredAnswerSubject(models.Model):
    """A row that an answer names: when it is erased, the answer is forgotten."""

    answer = models.ForeignKey(StoredAnswer, on_delete=models.CASCADE, related_name="subjects")
    subject = models.UUIDField(db_index=True)

    def __str__(self) -> str:
        return str(self.subject)
