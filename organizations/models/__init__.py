"""The tenant: organizations with their members and candidates, what is sent to them, and the history of changes."""

from organizations.models.api_keys import ApiKey, StoredAnswer, StoredAnswerSubject
from organizations.models.candidates import E164_PHONE, Candidate, find_resume_place
from organizations.models.changes import Change
from organizations.models.messages import Message, MessageTemplate
from organizations.models.organizations import HEX_COLOUR, Membership, Organization, check_time_zone
from organizations.models.posts import PostedForm
from organizations.models.resumes import ResumeText
from organizations.models.staff import MembershipInvitation, StaffMail
from organizations.models.webhooks import WebhookAttempt, WebhookDelivery, WebhookEndpoint

__all__ = [
    "E164_PHONE",
    "HEX_COLOUR",
    "ApiKey",
    "Candidate",
    "Change",
    "Membership",
    "MembershipInvitation",
    "Message",
    "MessageTemplate",
    "Organization",
    "PostedForm",
    "ResumeText",
    "StaffMail",
    "StoredAnswer",
    "StoredAnswerSubject",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
    "check_time_zone",
    "find_resume_place",
]
