"""A forgotten password: a link by e-mail, as work. Nobody learns who is here; nobody's mailbox is flooded."""

import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings as site
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from authentication.models import User
from organizations.engines.mail import NOT_SET_UP
from organizations.models import StaffMail
from organizations.services.staff_mail_queue import MailNotSetUp, ask_password_link
from tests.mail_servers import MailServer, run_mail_server
from tests.sent_messages import use_server
from tests.work import do_due

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    with run_mail_server() as server:
        use_server(settings, server.port)
        yield server


def ask(email: str) -> tuple[str, list[str]]:
    """The page that answers, and the statements that it took, without their values."""
    with CaptureQueriesContext(connection) as queries:
        page = Client().post(reverse("admin_password_reset"), {"email": email}, follow=True)
    return page.content.decode(), [re.sub(r"\bs\d+_x\d+|WHERE.*|VALUES.*", "", one["sql"])[:60] for one in queries]


def test_a_link_is_sent_to_who_asks_and_nobody_learns_who_is_here(olga: User, server: MailServer) -> None:
    assert reverse("admin_password_reset") in Client().get(reverse("admin:login")).content.decode()
    known, unknown = ask("OLGA@fernbrook.example"), ask("nobody@fernbrook.example")
    assert known == unknown
    assert "a link is on its way" in known[0]
    do_due(StaffMail)
    (mail,) = server.taken
    assert (mail["To"], mail["Subject"]) == ("olga@fernbrook.example", "Your password for InterviewBot")
    assert mail.get_content().count(f"{site.PUBLIC_URL}/admin/password_reset/link/") == 1
    rows = StaffMail.objects.order_by("pk")
    assert [(one.user, one.work_status) for one in rows] == [(olga, "done"), (None, "done")]
    assert not any("nobody" in str(value) or "/link/" in str(value) for one in rows for value in vars(one).values())


def test_where_mail_is_not_set_up_the_page_says_so(olga: User, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    url = reverse("admin_password_reset")
    for page in (Client().get(url), Client().post(url, {"email": olga.email})):
        assert (NOT_SET_UP in page.content.decode(), 'name="email"' in page.content.decode()) == (True, False)
    with pytest.raises(MailNotSetUp, match="not set up on this site"):
        ask_password_link(email=olga.email, now=NOON)
    assert StaffMail.objects.count() == 0


def test_a_mail_server_that_is_down_is_tried_again(olga: User, server: MailServer) -> None:
    server.answers = ["451 come again"]
    with time_machine.travel(NOON, tick=False):
        ask_password_link(email=olga.email, now=NOON)
        do_due(StaffMail, now=NOON)
    row = StaffMail.objects.get()
    assert (row.work_status, row.due_at, "451 come again" in row.last_error) == (
        "queued",
        NOON + timedelta(minutes=1),
        True,
    )
    do_due(StaffMail, now=NOON + timedelta(minutes=1))
    assert [mail["To"] for mail in server.taken] == [olga.email]


def test_three_links_in_an_hour_for_one_address_and_the_answer_stays_the_same(olga: User, server: MailServer) -> None:
    with time_machine.travel(NOON, tick=False):
        answers = {ask(olga.email)[0] for _ in range(5)}
        ask("other@fernbrook.example")
    assert (len(answers), StaffMail.objects.filter(user=olga).count(), StaffMail.objects.count()) == (1, 3, 4)
    ask_password_link(email=olga.email, now=NOON + timedelta(hours=1))
    assert StaffMail.objects.filter(user=olga).count() == 4


def test_rows_of_last_week_go(olga: User) -> None:
    with time_machine.travel(NOON, tick=False):
        ask_password_link(email=olga.email, now=NOON)
    ask_password_link(email="nobody@fernbrook.example", now=NOON + timedelta(days=8))
    assert list(StaffMail.objects.values_list("user", flat=True)) == [None]


@pytest.mark.django_db(transaction=True)
def test_many_at_once_send_no_more_than_three() -> None:
    user, start = User.objects.create_user("olga@fernbrook.example"), threading.Barrier(6)

    def ask_once() -> None:
        try:
            start.wait()
            ask_password_link(email=user.email, now=NOON)
        finally:
            connection.close()

    workers = [threading.Thread(target=ask_once) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert 1 <= StaffMail.objects.filter(user=user).count() <= 3
