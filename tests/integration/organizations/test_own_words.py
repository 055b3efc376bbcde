"""An organization's own words for its messages: checked, previewed, tried on oneself; seen by nobody else."""

import pytest
from django.test import Client
from django.urls import reverse

from interviewpanel.services.message_texts import list_languages, read_texts
from organizations.models import Message, MessageTemplate
from tests.integration.organizations.conftest import Tenants
from tests.work import do_due

pytestmark = pytest.mark.django_db

PAGE = "admin:organizations_messagetemplate"
PREVIEW = reverse(f"{PAGE}_preview")


def write(tenants: Tenants, **changes: object) -> dict[str, object]:
    data = {"organization": tenants.ours.organization.pk, "kind": "reminder", "channel": "email", "language": "en"}
    return {**data, "subject": "Hi {{ first_name }}", "text": "Until {{ deadline }}:\n\n{{ link }}", **changes}


def test_ones_own_words_are_kept(tenants: Tenants) -> None:
    recruiter = tenants.client("recruiter")
    assert recruiter.post(reverse(f"{PAGE}_add"), write(tenants)).status_code == 302
    row = MessageTemplate.objects.get(kind="reminder")
    assert (row.organization, row.subject, row.channel) == (tenants.ours.organization, "Hi {{ first_name }}", "email")
    overview = recruiter.get(reverse(f"{PAGE}_changelist")).content.decode()
    assert overview.count("your words</a>") == 2
    assert overview.count("built-in</a>") == 26


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"text": "{{ lnik }} {{ link }}"}, "There is no placeholder {{ lnik }}."),
        ({"text": "Hello"}, "The text needs {{ link }}"),
        ({"text": "{{ organization.members }} {{ link }}"}, "There is no placeholder {{ organization.members }}."),
        ({"text": "{% include 'x' %} {{ link }}"}, "“{%” stands alone."),
        ({"subject": ""}, "An e-mail needs a subject."),
        ({"subject": "{{ link }}"}, "There is no placeholder {{ link }}."),
        ({"kind": "invitation"}, "already exists"),
        ({"kind": "chain_letter"}, "Select a valid choice"),
    ],
)
def test_words_that_cannot_be_sent_say_what_is_wrong(tenants: Tenants, changes: dict[str, str], said: str) -> None:
    page = tenants.client("recruiter").post(reverse(f"{PAGE}_add"), write(tenants, **changes))
    shown = page.content.decode().replace("&#x27;", "'")
    assert page.status_code == 200
    assert said in shown
    assert MessageTemplate.objects.count() == 1


def test_a_new_text_begins_with_the_built_in_one(tenants: Tenants) -> None:
    asked = {"organization": tenants.ours.organization.pk, "kind": "extended", "channel": "email", "language": "de"}
    page = tenants.client("recruiter").get(reverse(f"{PAGE}_add"), asked).content.decode()
    assert "Mehr Zeit für Ihr Interview" in page


def test_the_preview_shows_what_candidates_get(tenants: Tenants) -> None:
    shown = tenants.client("recruiter").post(PREVIEW, write(tenants)).json()
    assert (shown["problems"], shown["subject"], shown["parts"]) == ([], "Hi Kim", 0)
    for text in ("/i/sample/", "automated interviewer", "(UTC)", "about 20 minutes"):
        assert text in shown["text"]
        assert text in shown["html"]
    assert tenants.ours.organization.primary_colour in shown["html"]
    sms = tenants.client("recruiter").post(PREVIEW, write(tenants, channel="sms", text="ж {{ link }}")).json()
    assert (sms["text"][0], sms["html"], sms["parts"]) == ("ж", "", 1)
    wrong = tenants.client("recruiter").post(PREVIEW, write(tenants, text="{{ lnik }}")).json()
    assert [problem[:36] for problem in wrong["problems"]] == [
        "There is no placeholder {{ lnik }}. ",
        "The text needs {{ link }}: without i",
    ]


def test_markup_in_a_text_stays_text(tenants: Tenants) -> None:
    shown = tenants.client("recruiter").post(PREVIEW, write(tenants, text="<script>x</script> {{ link }}")).json()
    assert "&lt;script&gt;" in shown["html"]
    assert "<script" not in shown["html"]


def test_a_test_goes_to_whoever_writes_and_to_nobody_else(tenants: Tenants) -> None:
    page = tenants.client("recruiter").post(reverse(f"{PAGE}_add"), write(tenants, _test=""), follow=True)
    assert "A test is on its way to recruiter@fernbrook.example." in page.content.decode()
    test = Message.objects.get(candidate=None)
    do_due(Message)
    test.refresh_from_db()
    assert (test.to_address, test.subject, test.state) == ("recruiter@fernbrook.example", "Hi Kim", "sent")


def test_nobody_else_reads_previews_or_writes_them(tenants: Tenants) -> None:
    for person in ("reviewer", "stranger", "between"):
        assert tenants.client(person).post(PREVIEW, write(tenants)).status_code == 404, person
    assert Client().post(PREVIEW, write(tenants)).status_code == 302
    refused = tenants.client("stranger").post(reverse(f"{PAGE}_add"), write(tenants))
    assert "Select a valid choice" in refused.content.decode()
    assert tenants.client("reviewer").post(reverse(f"{PAGE}_add"), write(tenants)).status_code == 403
    assert MessageTemplate.objects.count() == 1


@pytest.mark.parametrize("language", ["../../pyproject", "x" * 9000, "fr", ""])
def test_a_language_that_is_none_is_english_and_reads_no_file(tenants: Tenants, language: str) -> None:
    client = tenants.client("owner")
    asked = {"organization": tenants.ours.organization.pk, "kind": "reminder", "channel": "email", "language": language}
    page = client.get(reverse(f"{PAGE}_add"), asked)
    english = client.get(reverse(f"{PAGE}_add"), {**asked, "language": "en"})
    texts = [one.context["adminform"].form.initial["text"] for one in (page, english)]
    assert texts[0] == texts[1]
    told = client.post(PREVIEW, {**asked, "subject": "Soon", "text": "Until {{ deadline }}: {{ link }}"}).json()
    assert (told["problems"], told["subject"]) == ([], "Soon")
    assert list_languages() == {"en", "de"}
    assert read_texts(language) == read_texts("en")
