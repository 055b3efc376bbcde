"""What the test of the role table needs to know of pages, to try them: what an address needs besides a row, what has to
be there first, and what a person would type to add or change a row.

Whoever adds a page of the admin adds to docs/roles.md, and here only if the address needs more than the row's number.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from interviewpanel.models import InterviewPanel
from organizations.models import Candidate, Organization
from organizations.services.membership_invitations import make_token
from questionbank.models import Category, Question
from tests.role_preparations import (
    ask_erasure,
    fit_map,
    forget_password,
    give_recordings,
    give_report_files,
    give_resume,
    give_room_recording,
    give_sound,
    give_video,
    interview_another,
    make_batch,
    make_live,
    make_waiting,
    run_set,
)
from tests.staff import make_member

Values = dict[str, Any]

# --- Addresses -------------------------------------------------------------------------------------------------------


# By the name of the address: what is done to the row before, inside the try.
PREPARED: dict[str, Callable[[Any], Any]] = {
    "interviewpanel_interviewsession_let_in": make_waiting,
    "interviewpanel_interviewsession_recording": give_recordings,
    "interviewpanel_interviewsession_answer_recording": give_recordings,
    "interviewpanel_interviewsession_whole": give_recordings,
    "interviewpanel_interviewsession_video": give_video,
    "interviewpanel_interviewsession_video_captions": give_video,
    "interviewpanel_interviewsession_room": give_room_recording,
    "interviewpanel_audiosegment_sound": give_sound,
    "interviewpanel_candidaterequest_erase": ask_erasure,
    "compare-question": interview_another,
    "interviewpanel_interviewsession_watch": make_live,
    "organizations_candidate_resume": give_resume,
    "organizations_candidate_read_resume": give_resume,
    "organizations_membership_link": forget_password,
    "questionbank_generation_batch": make_batch,
    "questionbank_generation_batch_now": make_batch,
    "reports_interviewreport_pdf": give_report_files,
    "reports_interviewreport_json": give_report_files,
}
# By the name of the address: what it needs, from the row whose page it is (None: of no row).
ARGUMENTS: dict[str, Callable[[Any], Values]] = {
    "interviewpanel_interviewsession_answer_recording": lambda row: {"pk": row.pk, "number": 1},
    "interviewpanel_interviewsession_answer_captions": lambda row: {"pk": row.pk, "number": 1},
    "interviewpanel_interviewsession_whole": lambda row: {"pk": row.pk, "kind": "mix"},
    "interviewpanel_interviewsession_video": lambda row: {"pk": row.pk, "video": give_video(row).uuid},
    "interviewpanel_interviewsession_video_captions": lambda row: {"pk": row.pk, "video": give_video(row).uuid},
    "compare-question": lambda row: {
        "pk": row.pk,
        "version": Question.objects.get(key="fernbrook-slow-query").current_version_id,
    },
    "interviewpanel_interviewsession_room": lambda row: {"pk": row.pk, "recording": give_room_recording(row).uuid},
    "interviewpanel_interviewsession_watch": lambda row: {"uuid": row.uuid},
    "interviewpanel_interviewsession_end": lambda row: {"uuid": row.uuid},
    "interviewpanel_interviewsession_extend": lambda row: {"uuid": row.uuid},
    "interviewpanel_interviewsession_let_in": lambda row: {"uuid": row.uuid},
    "questionbank_question_export": lambda row: {"file_format": "csv"},
    "questionbank_question_move": lambda row: {"pk": row.pk, "target": "retired"},
    "questionbank_question_restore": lambda row: {"pk": row.pk, "number": 1},
    "reports_interviewreport_review": lambda row: {"pk": row.session_id},
    "staff_invitation_link": lambda row: {"token": make_token(row)},
    "password_reset_confirm": lambda row: {"uidb64": "MQ", "token": "none-such"},
    "interviewpanel_interviewpanel_voice": lambda row: {"language": "en", "voice": "en-us"},
    "interviewpanel_ratedset_map": lambda row: {"pk": fit_map(row).pk, "act": "stop"},
    "interviewpanel_ratedset_run": lambda row: {"pk": run_set(row).pk, "act": "seen"},
    "interviewpanel_ratedset_act": lambda row: {"pk": row.pk, "act": "watch"},
    "app_list": lambda row: {"app_label": "organizations"},
    "auth_user_password_change": lambda row: {"id": row.pk},
    "view_on_site": lambda row: {
        "content_type_id": ContentType.objects.get_for_model(Organization).pk,
        "object_id": Organization.objects.get(slug="fernbrook").pk,
    },
}
# Names that do not begin with their model's.
MODELS = {
    "auth_user_password_change": "authentication.user",
    "staff_invitation_link": "organizations.membershipinvitation",
    **dict.fromkeys(
        ("compare", "compare-side", "compare-question", "compare-questions"), "interviewpanel.interviewpanel"
    ),
}

# By the name of the address: what stands behind the question mark, about the row whose page it is.
QUERIES: dict[str, Callable[[Any], Values]] = {
    "autocomplete": lambda row: {
        "app_label": "interviewpanel",
        "model_name": "interviewpanelcandidate",
        "field_name": "panel",
        "term": "",
    },
    "interviewpanel_interviewsession_decide_several": lambda row: {"c": row.pk},
    **{
        f"interviewpanel_interviewpanelcandidate_{act}": lambda row: {"chosen": row.pk}
        for act in ("send", "remind", "extend", "new_link", "revoke", "call", "call_consent", "call_opt_out")
    },
}

# --- Rows ------------------------------------------------------------------------------------------------------------


def write_new(row: Model, label: str) -> Values:
    """What a person of Fernbrook types on the page that adds a row of this kind; the rest is as the page proposes."""
    owner = Organization.objects.get(slug="fernbrook").pk
    category = Category.objects.get(slug="databases")
    topic = category.topics.get(slug="relational")
    own: dict[str, Values] = {
        "organizations.organization": {"name": "Newfield", "slug": "newfield"},
        "organizations.membership": {"organization": owner, "email": "new@fernbrook.example", "role": "reviewer"},
        "organizations.membershipinvitation": {"organization": owner, "email": "kim@example.com", "role": "hr"},
        "organizations.apikey": {"organization": owner, "name": "New", "scopes": ["candidates:read"], "days": "90"},
        "organizations.candidate": {"organization": owner, "full_name": "New", "email": "new@example.com"},
        "authentication.user": {
            "email": "new@fernbrook.example",
            "full_name": "New",
            "usable_password": "true",
            "password1": "quiet-harbour-71",
            "password2": "quiet-harbour-71",
        },
        "questionbank.category": {"organization": owner, "name": "New", "slug": "new"},
        "questionbank.topic": {"category": category.pk, "name": "New", "slug": "new"},
        "questionbank.subtopic": {"topic": topic.pk, "name": "New", "slug": "new"},
        "questionbank.question": {
            "organization": owner,
            "subtopic": topic.subtopics.get(slug="indexing").pk,
            "text": "Why an index?",
            "assesses": "Indexes",
            "expected_answer": "To read less.",
            "expected_elements": "Reads less",
            "difficulty": "easy",
            **CRITERIA,
        },
        "questionbank.jobdescription": {
            "organization": owner,
            "req_id": "REQ-NEW",
            "title": "New",
            "description": "Cooks for 200.",
        },
        "organizations.messagetemplate": {
            "organization": owner,
            "kind": "reminder",
            "channel": "email",
            "language": "en",
            "subject": "Hello",
            "text": "{{ link }}",
        },
        "organizations.webhookendpoint": {"organization": owner, "url": "https://hooks.example.com/new"},
        "interviewpanel.interviewpanel": {"organization": owner, "title": "New", "job_title": "New"},
        "interviewpanel.positionquestionset": {
            "organization": owner,
            "position": "Data engineer",
            "panel": InterviewPanel.objects.get(title="Backend screening").pk,
        },
        "interviewpanel.interviewpanelcandidate": {
            "panel": InterviewPanel.objects.get(title="Backend screening").pk,
            "candidates": [Candidate.objects.create(organization_id=owner, full_name="Omar", email="o@example.com").pk],
        },
    }
    return own.get(label, {})


# Two rows of the table on the page of a question.
CRITERIA: Values = {
    "criteria-key": ["plan", "cost"],
    "criteria-name": ["Plan", "Cost"],
    "criteria-description": ["Reads the plan", "Knows the cost"],
    "criteria-component": ["technical", "depth"],
    "criteria-weight": ["1", "1"],
    "criteria-position": ["1", "2"],
}
# What a person changes on the page of a row.
CHANGED: dict[str, Values] = {
    "organizations.organization": {"contact_email": "people@fernbrook.example"},
    "organizations.membership": {"role": "reviewer", "change_reason": "Rates only"},
    "organizations.candidate": {"phone": "+442071838750"},
    "authentication.user": {"full_name": "Somebody"},
    "questionbank.category": {"name": "Changed"},
    "questionbank.topic": {"name": "Changed"},
    "questionbank.subtopic": {"name": "Changed"},
    "questionbank.jobdescription": {"level": "senior"},
    "questionbank.generatedinterview": {"name": "Changed"},
    "questionbank.question": {"text": "Why is it slow?", "note": "Shorter", **CRITERIA},
    "organizations.messagetemplate": {"subject": "Changed"},
    "organizations.webhookendpoint": {"description": "Changed"},
    "interviewpanel.interviewpanel": {"title": "Changed"},
    "interviewpanel.interviewpanelcandidate": {"time_multiplier": "1.5"},
    "interviewpanel.positionquestionset": {"experience": "senior"},
    "interviewpanel.accommodationrequest": {"reply": "Granted.", "_grant": "Grant"},
    "interviewpanel.candidaterequest": {"reply": "Done.", "_answer": "Send"},
}


def make_deletable(row: Model, label: str) -> Model:
    """A row of this kind that nothing else needs; the row itself where there is none."""
    owner = Organization.objects.get(slug="fernbrook")
    if label == "organizations.candidate":
        return Candidate.objects.create(organization=owner, full_name="Omar", email="omar@example.com")
    if label == "interviewpanel.interviewpanel":
        return InterviewPanel.objects.create(organization=owner, title="Draft", job_title="Draft")
    if label == "organizations.organization":
        return Organization.objects.create(name="Newfield", slug="newfield")
    if label == "authentication.user":
        return make_member("leaver@fernbrook.example", {owner: "reviewer"})
    if label in ("questionbank.category",):
        return Category.objects.create(organization=owner, name="Empty", slug="empty")
    return row
