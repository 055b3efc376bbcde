"""`Candidate`: somebody whom an organization interviews."""

import uuid

from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower

from organizations.models.organizations import Organization, check_time_zone

E164_PHONE = RegexValidator(r"^\+[1-9]\d{6,14}$", "Write the number with its country code, such as +442071838750.")


def find_resume_place(candidate: "Candidate", filename: str) -> str:
    """In a folder of the candidate's, under a name that nobody can guess; the ending was checked before."""
    return f"{candidate.resume_folder}/{uuid.uuid4()}{filename[filename.rfind('.') :].lower()}"


class Candidate(models.Model):
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="candidates")
    full_name = models.CharField(max_length=150)
    email = models.EmailField(blank=True, help_text="Empty: nothing can be sent by e-mail; they come by a link.")
    phone = models.CharField(max_length=16, blank=True, validators=[E164_PHONE])
    time_zone = models.CharField(
        max_length=50,
        blank=True,
        validators=[check_time_zone],
        help_text="Where they are when they are called, such as Europe/Berlin. Empty: the organization's.",
    )
    resume = models.FileField(upload_to=find_resume_place, blank=True, verbose_name="résumé", max_length=150)
    resume_name = models.CharField(max_length=150, blank=True, editable=False, help_text="As the file was called.")
    resume_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_erased = models.BooleanField(
        default=False, editable=False, help_text="Nobody: stands in interviews for those whose data was erased."
    )
    is_trial = models.BooleanField(
        default=False,
        editable=False,
        help_text="One of the staff, in interviews that try a panel: not in the list of people.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["full_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=models.Q(is_erased=True), name="one_erased_candidate_in_organization"
            ),
            models.UniqueConstraint(
                "organization",
                Lower("email"),
                condition=~models.Q(email=""),
                name="candidate_email_unique_in_organization",
            ),
            # Lets other tables carry (candidate, organization) and be sure the two belong together.
            models.UniqueConstraint(fields=["id", "organization"], name="candidate_tenant_key"),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def first_name(self) -> str:
        return self.full_name.split(" ")[0]

    @property
    def resume_folder(self) -> str:
        return f"resumes/{self.uuid}"
