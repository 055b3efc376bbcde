"""What is done on pages of the admin besides opening them, each as a person would post it. For the role table's test.

Whoever adds something to do to a page adds a line to “## Deeds” of docs/roles.md, and here what is posted; actions of
lists that need more than the chosen rows have theirs at the end.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from authentication.models import User
from interviewpanel.models import InterviewPanel, InterviewSession
from interviewpanel.services.human_ratings import override_score
from organizations.models import Organization
from questionbank.domain.bank_format import FORMAT
from questionbank.models import Category, Question
from reports.models import ReportShare
from tests.bank_desks import make_content
from tests.interview_rows import make_report
from tests.role_pages import Values
from tests.role_preparations import (
    ask_erasure,
    begin_anew,
    deliver,
    fail_generation,
    fail_recording,
    fail_report,
    give_resume,
    last_as_shared,
    make_callable,
    make_draft,
    make_live,
    make_waiting,
    nothing,
    publish_generated,
    put_into,
    switch_off,
    take_interviews_away,
)


@dataclass(frozen=True)
class Deed:
    """`posts` says what is posted about a row, `prepare` what is done to it before, `more` what the address needs.

    Done is what wrote something; what `answers` writes nothing, and is done where the page answers. `is_json`: posted
    by a script.
    """

    posts: Callable[[Any], Values] = field(default=lambda row: {})
    prepare: Callable[[Any], Any] = nothing
    more: Values = field(default_factory=dict)
    answers: bool = False
    is_json: bool = False


def find_owner() -> int:
    return Organization.objects.get(slug="fernbrook").pk


def find_recruiter() -> User:
    return User.objects.get(email="recruiter@fernbrook.example")


# --- Links of candidates ---------------------------------------------------------------------------------------------


def post_link(**more: Any) -> Callable[[Any], Values]:
    return lambda row: {"chosen": str(row.pk), **more}


def post_extension(row: Any) -> Values:
    later = timezone.now() + timedelta(days=9)
    return {"chosen": str(row.pk), "expires_at": f"{later:%Y-%m-%dT%H:%M}", "reason": "Was ill"}


# --- Interviews ------------------------------------------------------------------------------------------------------


def post_decision(row: InterviewSession) -> Values:
    return {"seen": f"{row.pk}-", "stage": "advance", "reason": "Strong", "_decide": "yes"}


def post_override(row: Any) -> Values:
    values = {"composite": "90", "reason": "Right.", "part_technical": "95", "part_clarity": "75", "seen": "0"}
    return post_judgement("override", **values)(row)


def post_judgement(what: str, **values: str) -> Callable[[Any], Values]:
    return lambda row: {"do": what, "answer": "1", **{f"{what}-1-{name}": value for name, value in values.items()}}


def judge(report: Any) -> None:
    """Somebody has set the first answer's score."""
    override_score(
        answer_id=report.session.answers.get(number=1).pk,
        user=find_recruiter(),
        composite=90,
        components={},
        reason="Right in other words.",
        seen=0,
        now=timezone.now(),
    )


def post_withdrawal(row: Any) -> Values:
    seen = row.session.answers.get(number=1).overrides.count()
    return post_judgement("withdraw", reason="Mistaken", seen=str(seen))(row)


def post_revocation(report: Any) -> Values:
    return {
        "_revoke": ReportShare.objects.get(session=report.session_id).pk,
        "confirmed": "yes",
        "reason": "Sent twice",
    }


def make_ready(report: Any) -> None:
    """Only a report that is made is shared."""
    make_report(report.session)


def share(report: Any) -> None:
    last_as_shared(ReportShare.objects.get(session=report.session_id))


# --- The bank --------------------------------------------------------------------------------------------------------


def post_move(row: Question) -> Values:
    return {"confirm": "1"}


def give_to_all(question: Question) -> None:
    """As if it were a question for all organizations."""
    place = Category.objects.get(slug="common").topics.get().subtopics.get()
    Question.objects.filter(pk=question.pk).update(
        organization=None, category=place.topic.category_id, topic=place.topic_id, subtopic=place.pk
    )


def post_bank(row: Any) -> Values:
    entry = {**make_content("What is a view?"), "key": "a-view", "type": "technical", "difficulty": "medium"}
    place = {"category": "New", "topic": "New", "subtopics": [{"name": "New", "questions": [entry]}]}
    text = json.dumps({"format": FORMAT, "language": "en", **place})
    return {"organization": find_owner(), "status": "draft", "text": text, "format": "json", "confirm": "1"}


def post_batch(row: Any) -> Values:
    place = {"category": "New", "topic": "New", "subtopic": "New", "easy": "", "medium": "2", "hard": ""}
    return {"organization": find_owner(), "kinds": "technical", "language": "en", "wishes": "", **place}


def post_new_question(row: Any) -> Values:
    packed = {"content": make_content("What is a view?"), "is_technical": True, "language": "en"}
    return {"packed": json.dumps(packed), "answers": "A stored query.", "score": "1"}


def post_any_description(row: Any) -> Values:
    return {"organization": find_owner(), "title": "Cook", "text": "Cooks for 200.", "language": "en"}


def add_topic(category: Category) -> None:
    category.topics.create(name="Another", slug="another")


def post_subtopic_move(category: Category) -> Values:
    subtopic = category.topics.get(slug="relational").subtopics.get()
    return {"act": "move", "level": "subtopic", "pk": subtopic.pk, "parent": category.topics.get(slug="another").pk}


# --- Others ----------------------------------------------------------------------------------------------------------


def post_people(row: Any) -> Values:
    return {"organization": find_owner(), "text": "Kim New, kim.new@example.com", "_confirm": "1"}


def post_words(row: Any) -> Values:
    about = {"organization": find_owner(), "kind": "reminder", "channel": "email", "language": "en"}
    return {**about, "subject": "Hi {{ first_name }}", "text": "Until {{ deadline }}:\n\n{{ link }}"}


def post_plan(row: InterviewPanel) -> Values:
    return {"organization": find_owner(), "language": "en", "max_questions": 5, "max_minutes": 30, "rows": []}


PANEL, LINK = "interviewpanel_interviewpanel", "interviewpanel_interviewpanelcandidate"
SESSION, QUESTION = "interviewpanel_interviewsession", "questionbank_question"
REPORT, TREE = "reports_interviewreport", "questionbank_category_tree"
ADDED_TIME = {"minutes": 10, "reason": "A fire alarm", "expected_limit_seconds": 1800}
# By the name of the address and what is done there.
DEEDS: dict[str, Deed] = {
    f"{PANEL}_publish publish": Deed(prepare=make_draft),
    f"{PANEL}_reopen reopen": Deed(prepare=take_interviews_away),
    f"{PANEL}_archive archive": Deed(),
    f"{PANEL}_copy copy": Deed(),
    f"{PANEL}_try try": Deed(prepare=make_draft),
    f"{PANEL}_check check": Deed(post_plan, answers=True, is_json=True),
    f"{PANEL}_check_new check": Deed(post_plan, answers=True, is_json=True),
    f"{LINK}_send send": Deed(post_link(by_email="on"), begin_anew),
    f"{LINK}_remind send": Deed(post_link(by_email="on"), begin_anew),
    f"{LINK}_new_link make": Deed(post_link(), begin_anew),
    f"{LINK}_extend extend": Deed(post_extension, begin_anew),
    f"{LINK}_revoke withdraw": Deed(post_link(reason="Sent twice"), begin_anew),
    f"{LINK}_call call": Deed(post_link(), make_callable),
    f"{LINK}_call_consent record": Deed(post_link(note="By e-mail of 2 May."), make_callable),
    f"{LINK}_call_opt_out record": Deed(post_link(), make_callable),
    f"{SESSION}_end end": Deed(lambda row: {"reason": "Wrong panel"}, make_live),
    f"{SESSION}_extend extend": Deed(lambda row: ADDED_TIME, make_live),
    f"{SESSION}_let_in let in": Deed(lambda row: {"reason": "Waits long"}, make_waiting),
    f"{SESSION}_decide decide": Deed(post_decision),
    f"{SESSION}_decide_several decide": Deed(post_decision),
    f"{REPORT}_review rate": Deed(post_judgement("rate", composite="70")),
    f"{REPORT}_review override": Deed(post_override),
    f"{REPORT}_review withdraw": Deed(post_withdrawal, judge),
    f"{REPORT}_review rescore": Deed(post_judgement("rescore", reason="Another model")),
    f"{REPORT}_links share": Deed(lambda row: {"purpose": "Second opinion", "days": "7"}, make_ready),
    f"{REPORT}_links withdraw": Deed(post_revocation, share),
    f"{QUESTION}_move review": Deed(post_move, lambda row: put_into(row, "draft"), {"target": "review"}),
    f"{QUESTION}_move live": Deed(post_move, lambda row: put_into(row, "review"), {"target": "live"}),
    f"{QUESTION}_move retire": Deed(
        lambda row: {"confirm": "1", "because": "outdated"}, lambda row: put_into(row, "live"), {"target": "retired"}
    ),
    f"{QUESTION}_restore restore": Deed(prepare=lambda row: put_into(row, "live")),
    f"{QUESTION}_copy copy": Deed(lambda row: {"organization": find_owner()}, give_to_all),
    f"{QUESTION}_import import": Deed(post_bank),
    f"{QUESTION}_try score": Deed(lambda row: {"answers": "I read the plan.", "score": "1"}, answers=True),
    f"{QUESTION}_try_new score": Deed(post_new_question, answers=True),
    **{f"questionbank_jobdescription_{what} ask": Deed() for what in ("enhance", "generate", "workflow", "screen")},
    "questionbank_screeningset_ask ask": Deed(post_any_description),
    "questionbank_generatedinterview_publish publish": Deed(),
    "questionbank_generatedinterview_archive archive": Deed(),
    "questionbank_generatedinterview_version make": Deed(prepare=publish_generated),
    "questionbank_generatedinterview_panel make": Deed(prepare=publish_generated),
    "questionbank_generation_cancel cancel": Deed(),
    "questionbank_generation_again ask": Deed(prepare=fail_generation),
    "questionbank_generation_new_batch ask": Deed(post_batch),
    "questionbank_cachedquestion_clear clear": Deed(lambda row: {"confirmed": "yes"}),
    f"{TREE} add": Deed(lambda row: {"act": "add", "level": "topic", "parent": row.pk, "name": "New"}),
    f"{TREE} rename": Deed(lambda row: {"act": "rename", "level": "category", "pk": row.pk, "name": "Renamed"}),
    f"{TREE} move": Deed(post_subtopic_move, add_topic),
    "organizations_apikey_revoke revoke": Deed(lambda row: {"confirmed": "yes", "reason": "Seen by others"}),
    "organizations_candidate_import import": Deed(post_people),
    "organizations_candidate_read_resume read": Deed(prepare=give_resume),
    "organizations_membership_sign_out sign_out": Deed(lambda row: {"confirmed": "yes", "reason": "Lost laptop"}),
    "organizations_membershipinvitation_renew renew": Deed(),
    "organizations_membershipinvitation_revoke revoke": Deed(lambda row: {"confirmed": "yes", "reason": "Twice"}),
    "organizations_messagetemplate_preview draw": Deed(post_words, answers=True),
    "organizations_webhookendpoint_rotate rotate": Deed(),
    "organizations_webhookendpoint_test send": Deed(),
    "organizations_webhookendpoint_enable enable": Deed(prepare=switch_off),
    "organizations_webhookendpoint_disable disable": Deed(lambda row: {"confirmed": "yes", "reason": "Moved"}),
    "organizations_webhookdelivery_replay send": Deed(prepare=deliver),
    "interviewpanel_candidaterequest_erase erase": Deed(prepare=ask_erasure),
}

# --- Actions of lists ------------------------------------------------------------------------------------------------

# By model and action: what has to be so that the action has something to do.
ACTIONABLE: dict[str, Callable[[Any], None]] = {
    "interviewpanel.interviewpanel publish": make_draft,
    "interviewpanel.interviewpanel reopen": take_interviews_away,
    **dict.fromkeys(
        (f"interviewpanel.interviewpanelcandidate {act}" for act in ("send", "remind", "extend", "new_link", "revoke")),
        begin_anew,
    ),
    "interviewpanel.interviewpanelcandidate call": make_callable,
    "interviewpanel.interviewsession join_again": fail_recording,
    "questionbank.question send_to_review": lambda row: put_into(row, "draft"),
    "questionbank.question put_live": lambda row: put_into(row, "review"),
    "questionbank.question retire": lambda row: put_into(row, "live"),
    "reports.interviewreport make_again": fail_report,
    "reports.reportshare revoke": last_as_shared,
}
# What is posted with an action besides the rows, where it is not the usual `post=yes` of a confirmation.
ACTS = ("publish", "reopen", "archive", "copy")
DECISION: Values = {"stage": "advance", "reason": "Strong", "_decide": "yes"}
ACTION_DATA: dict[str, Values] = {
    "interviewpanel.interviewsession join_again": {"confirmed": "yes"},
    "reports.interviewreport make_again": {"confirmed": "yes"},
    "reports.reportshare revoke": {"confirmed": "yes", "reason": "Sent twice"},
    **{f"interviewpanel.interviewpanel {act}": {"confirmed": "yes"} for act in ACTS},
    "organizations.membership sign_out": {"confirmed": "yes", "reason": "Lost laptop"},
    "interviewpanel.interviewsession decide_chosen": DECISION,
    "reports.interviewreport decide_chosen": DECISION,
    "questionbank.question send_to_review": {"confirm": "1"},
    "questionbank.question put_live": {"confirm": "1"},
    "questionbank.question retire": {"confirm": "1", "because": "outdated"},
}
