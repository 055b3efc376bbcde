"""`manage.py demo_invitation`: a fresh link each time, and what came of one."""

import io
import json
import re

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from authentication.services.roles import create_roles
from interviewpanel.services.invitations import find_invitation
from interviewpanel.services.session_manager import open_session
from reports.services.demo_data import seed_demo

pytestmark = pytest.mark.django_db


def invite(*arguments: str) -> dict[str, str | None]:
    output = io.StringIO()
    call_command("demo_invitation", *arguments, stdout=output)
    described: dict[str, str | None] = json.loads(output.getvalue())
    return described


def test_every_call_invites_once_more_and_the_link_opens_the_interview() -> None:
    create_roles()
    seed_demo(now=timezone.now(), password="a long passphrase")
    first, second = invite("--candidate", "Robin Costa"), invite("--candidate", "Robin Costa")

    assert first["candidate"] == second["candidate"] == "Robin Costa"
    assert first["invitation"] != second["invitation"]
    assert first["session"] is None
    token = re.fullmatch(r".*/i/([^/]+)/", str(first["link"]))
    assert token is not None
    invitation = find_invitation(token[1])
    assert invitation is not None
    session = open_session(invitation=invitation, now=timezone.now())
    assert invite("--show", str(first["invitation"])) == {**first, "session": str(session.uuid)}


def test_without_the_demo_data_it_says_what_to_run() -> None:
    with pytest.raises(CommandError, match="seed_demo` first"):
        invite()
