"""Who is asked to rate first finds no automatic score anywhere in the admin, until they have rated.

Named people: Rosa, who recruits for Fernbrook; Omar, who reviews for it.
"""

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from authentication.models import User
from interviewpanel.models import AnswerRating, AnswerScore, InterviewPanel, InterviewSession, SessionEvent
from interviewpanel.services.decisions import decide
from interviewpanel.services.invitations import join_url
from organizations.models import Change, Organization
from organizations.services.history import record_change
from reports.models import InterviewReport
from reports.services.reports import open_report
from tests.integration.reports.test_judging import OVERRIDE, member, post
from tests.integration.reports.test_review import read, text_of, url_of
from tests.interview_rows import ENDED_AT, MADE_AT, World, make_interview
from tests.staff import make_member, sign_in
from tests.work import do_due

pytestmark = pytest.mark.django_db


HIDDEN_WORDS = (
    *("Plan first, then the right index.", "Measures before changing", "Begins with the plan."),
    *("4 of 4", "llama3.1", "Not Recommended", "Grade"),
)


def blind(world: World, who: str) -> InterviewSession:
    InterviewPanel.objects.filter(pk=world.panel.pk).update(rates_blind=who)
    session = make_interview(world)
    for number, composite in ((1, 83), (2, 67)):
        session.answers.get(number=number).scores.update(composite=composite)
    open_report(session=session, now=ENDED_AT)
    do_due(InterviewReport, now=MADE_AT)
    return session


def list_places(session: InterviewSession) -> dict[str, str]:
    """Every page of the admin on which a score could be read."""
    report = InterviewReport.objects.get(session=session)
    scores = [score.pk for answer in session.answers.all() for score in answer.scores.all()]
    places = {
        "review": url_of(session),
        "interview": reverse("admin:interviewpanel_interviewsession_change", args=[session.pk]),
        "interviews": reverse("admin:interviewpanel_interviewsession_changelist"),
        "history": reverse("admin:interviewpanel_interviewsession_history", args=[session.pk]),
        "scores": reverse("admin:interviewpanel_answerscore_changelist"),
        "reports": reverse("admin:reports_interviewreport_changelist"),
        "report": reverse("admin:reports_interviewreport_change", args=[report.pk]),
        "report's history": reverse("admin:reports_interviewreport_history", args=[report.pk]),
        "json": reverse("admin:reports_interviewreport_json", args=[report.pk]),
        "pdf": reverse("admin:reports_interviewreport_pdf", args=[report.pk]),
    }
    return places | {f"score {pk}": reverse("admin:interviewpanel_answerscore_change", args=[pk]) for pk in scores}


def find_leaks(client: Client, session: InterviewSession, *words: str) -> dict[str, list[str]]:
    """Which of the words stand on which page, in its text or in its markup."""
    found: dict[str, list[str]] = {}
    for name, url in list_places(session).items():
        response = client.get(url)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        if response.status_code == 200 and name in ("json", "pdf"):
            found[name] = ["the whole file"]
        leaked = [word for word in words if word in body.decode(errors="replace")]
        if leaked:
            found[name] = leaked
    return found


def test_who_rates_first_finds_no_score_anywhere(world: World) -> None:
    session = blind(world, "reviewers")
    reviewer = sign_in(member(world, "reviewer"))
    assert find_leaks(reviewer, session, *HIDDEN_WORDS, "83 of 100", "67 of 100", "60 of 100", ">83<", ">67<") == {}
    text = text_of(read(reviewer, session))
    assert "Rate 2 more answers, then the scorecard is shown." in text
    assert "Looks at the query plan" in text  # what is to be rated on
    assert post(reviewer, session, "override", 1, **OVERRIDE).status_code == 404


def test_no_filter_order_or_search_tells_a_score(world: World) -> None:
    """A list that is narrowed by the score or sorted by it would tell it as well."""
    session = blind(world, "reviewers")
    reviewer = sign_in(member(world, "reviewer"))
    questions = {
        "reports_interviewreport": ("recommendation__exact=consider", "grade__exact=D", "o=3", "q=priya"),
        "interviewpanel_answerscore": ("state__exact=scored", "o=4", "q=priya"),
    }
    for name, asked in questions.items():
        for question in asked:
            page = reviewer.get(reverse(f"admin:{name}_changelist") + f"?{question}", follow=True)
            assert page.context["cl"].result_count == 0, question
    assert text_of(read(reviewer, session))


def test_each_rating_shows_its_answer_and_the_last_one_everything(world: World) -> None:
    session = blind(world, "reviewers")
    reviewer = sign_in(member(world, "reviewer"))
    post(reviewer, session, "rate", 1, composite="75")
    assert AnswerRating.objects.get().is_blind
    page = read(reviewer, session)
    assert "your rating: 75 (−8)" in text_of(page)
    assert "before the automatic score was shown" in text_of(page)
    assert ("83" in text_of(page), "67" in text_of(page)) == (True, False)
    assert set(find_leaks(reviewer, session, "67 of 100", "60 of 100", "Grade D")) == set()
    assert post(reviewer, session, "override", 2, **OVERRIDE).status_code == 404
    post(reviewer, session, "rate", 2, composite="60")
    assert "Grade D" in text_of(read(reviewer, session))
    assert set(find_leaks(reviewer, session, "60 of 100")) >= {"json", "pdf"}
    assert [row.is_blind for row in AnswerRating.objects.order_by("pk")] == [True, True]
    post(reviewer, session, "rate", 2, composite="65")
    assert AnswerRating.objects.order_by("-pk")[0].is_blind is False


def test_what_was_decided_is_shown_to_who_has_rated(world: World) -> None:
    session = blind(world, "reviewers")
    reason = "Eighty-one of a hundred."
    by = member(world, "hr")
    decide(session_id=session.pk, stage="hold", reason=reason, decided_by=by, now=MADE_AT, seen_id=None)
    reviewer = sign_in(member(world, "reviewer"))
    assert find_leaks(reviewer, session, reason) == {}
    words = "What was decided is shown once you have rated the answers."
    assert (words in text_of(read(reviewer, session)), "nobody has decided" in text_of(read(reviewer, session))) == (
        True,
        False,
    )
    interviews = reverse("admin:interviewpanel_interviewsession_changelist")
    assert reviewer.get(f"{interviews}?decision=hold").context["cl"].result_count == 0
    for number in (1, 2):
        post(reviewer, session, "rate", number, composite="60")
    assert reason in text_of(read(reviewer, session))
    assert reviewer.get(f"{interviews}?decision=hold").context["cl"].result_count == 1


def test_others_judgements_are_hidden_with_the_score(world: World) -> None:
    session = blind(world, "reviewers")
    recruiter = sign_in(member(world, "hr"))
    post(recruiter, session, "override", 1, **{**OVERRIDE, "composite": "91"})
    post(recruiter, session, "rate", 2, composite="37", reason="Hardly anything.")
    reviewer = sign_in(member(world, "reviewer"))
    assert (
        find_leaks(
            reviewer, session, "Rosa Lind", "Right in other words.", "Hardly anything.", "91 of 100", "37 of 100"
        )
        == {}
    )
    assert reviewer.get(list_places(session)["history"]).status_code == 403


def test_what_a_candidate_was_told_is_no_way_round(world: World) -> None:
    """Where candidates see scores, their page's events and whatever is behind their link tell them."""
    session = blind(world, "everyone")
    payload = {"answer_uuid": "x", "score": 83, "rationale": "Measures before changing."}
    at = {"session": session, "at": ENDED_AT}
    SessionEvent.objects.create(sequence=1, type="scoring_update", payload=payload, **at)
    SessionEvent.objects.create(sequence=2, type="paused", payload={"reason": "break"}, **at)
    recruiter = sign_in(member(world, "hr"))
    record, invitation = (
        reverse("admin:interviewpanel_interviewsession_change", args=[session.pk]),
        reverse("admin:interviewpanel_interviewpanelcandidate_change", args=[session.invitation_id]),
    )

    def read_told() -> tuple[bool, bool, bool, bool]:
        told, linked = recruiter.get(record).text, recruiter.get(invitation).text
        return (
            "Measures before" in told,
            "break" in told,
            join_url(session.invitation) in linked,
            "rated every" in linked,
        )

    assert read_told() == (False, True, False, True)
    for number in (1, 2):
        post(recruiter, session, "rate", number, composite="75")
    assert read_told() == (True, True, True, False)


@pytest.mark.parametrize(
    ("who", "role", "is_blind"),
    [
        ("nobody", "reviewer", False),
        *(("reviewers", "hr", False), ("reviewers", "admin", False)),
        *(("everyone", "hr", True), ("everyone", "admin", True), ("everyone", "reviewer", True)),
    ],
)
def test_whom_a_panel_asks_to_rate_first(world: World, who: str, role: str, is_blind: bool) -> None:
    session = blind(world, who)
    client = sign_in(member(world, role))
    assert ("rate first" in text_of(read(client, session))) is is_blind
    assert (find_leaks(client, session, "83 of 100") == {}) is is_blind


def test_who_is_blind_here_is_not_where_they_recruit(world: World) -> None:
    session = blind(world, "reviewers")
    elsewhere = Organization.objects.create(name="Elsewhere", slug="elsewhere")
    between = make_member("between@both.example", {world.organization: "reviewer", elsewhere: "admin"})
    assert "rate first" in text_of(read(sign_in(between), session))
    superadmin = make_member("root@example.com", {elsewhere: "hr"})
    superadmin.is_superuser = True
    superadmin.save()
    assert "Grade D" in text_of(read(sign_in(superadmin), session))


def test_no_history_tells_a_score_before_the_answers_are_rated(world: World) -> None:
    """Neither the list, a search in it, the file, a line's own page, nor the history of the interview or its report."""
    session = blind(world, "everyone")
    root = User.objects.create_superuser("root@example.com", "correct horse")
    post(sign_in(root), session, "override", 1, **{**OVERRIDE, "composite": "91"})
    report = InterviewReport.objects.get(session=session)
    score = AnswerScore.objects.filter(answer__session=session)[0]
    rows: tuple[Model, ...] = (report, score, session.invitation)
    about = {"organization_id": world.organization.pk, "actor": root, "now": MADE_AT, "action": "changed"}
    for row in rows:
        record_change(row=row, message=f"Told of {row._meta.model_name}.", **about)  # type: ignore[arg-type]
    recruiter = sign_in(member(world, "hr"))
    judged = "Answer 1: score set to 91 of 100."
    hidden = [judged, "Told of interviewreport.", "Told of answerscore."]
    assert read_histories(recruiter, *hidden) == [[], [], []]
    line = Change.objects.get(message=judged)
    assert recruiter.get(reverse("admin:organizations_change_change", args=[line.pk])).status_code == 302
    places = list_places(session)
    assert [recruiter.get(places[name]).status_code for name in ("history", "report's history")] == [403, 302]
    told = "Told of interviewpanelcandidate."
    assert read_histories(recruiter, told) == [[told], [told], []]
    for number in (1, 2):
        post(recruiter, session, "rate", number, composite="60")
    assert read_histories(recruiter, *hidden) == [hidden, hidden, [judged]]
    assert recruiter.get(places["history"]).status_code == 200


def read_histories(client: Client, *words: str) -> list[list[str]]:
    """Which of the words the list has, the file, and the list that is searched for what was set."""
    listed = reverse("admin:organizations_change_changelist")
    addresses = (listed, reverse("admin:organizations_change_export"), f"{listed}?q=set+to")
    pages = [client.get(address) for address in addresses]
    return [[word for word in words if word in page.content.decode()] for page in pages]
