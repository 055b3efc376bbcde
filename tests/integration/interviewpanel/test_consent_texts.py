"""Where and when the text that is agreed to is stored: ahead of every lock, so that a slow bucket holds up nobody."""

from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from django.core.files.storage import InMemoryStorage, default_storage
from django.db import connection
from pytest_django import Settings

from interviewpanel.domain.states import MoveRefused
from interviewpanel.models import Capacity, Place
from interviewpanel.selectors.consent import find_agreed_text, name_kept_text, write_invitation_consent
from interviewpanel.services.session_manager import open_session, start_session
from organizations.models import Organization
from tests.live_interviews import T0, after, agree, invite, make_panel, reload

pytestmark = pytest.mark.django_db(transaction=True)


class WatchedStorage(InMemoryStorage):
    """Notes what it is asked for and whether a transaction was open; `on_save` happens as a file is written."""

    asked: ClassVar[list[tuple[str, str, bool]]] = []
    on_save: ClassVar[list[Callable[[], object]]] = []

    def exists(self, name: str) -> bool:
        self.asked.append(("exists", name, connection.in_atomic_block))
        return super().exists(name)

    def _save(self, name: str, content: Any) -> str:
        self.asked.append(("save", name, connection.in_atomic_block))
        for happen in self.on_save:
            happen()
        return str(super()._save(name, content))


@pytest.fixture(autouse=True)
def watched(settings: Settings) -> type[WatchedStorage]:
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": f"{__name__}.WatchedStorage"}}
    settings.INTERVIEW_LIMIT = 1
    WatchedStorage.asked, WatchedStorage.on_save = [], []
    return WatchedStorage


def test_the_text_is_stored_before_a_row_is_locked(watched: type[WatchedStorage]) -> None:
    panel = make_panel()
    ada, ben = (open_session(invitation=invite(panel, name), now=T0) for name in ("Ada", "Ben"))
    agree(ada, now=after(1))
    agree(ben, now=after(2))
    ada = reload(ada)
    name = name_kept_text(ada.consent_hash)
    assert [ask for ask in watched.asked if ask[1] == name] == [
        ("exists", name, False),
        ("exists", name, False),  # by Django, as it looks for a free name
        ("save", name, False),
        ("exists", name, False),  # Ben's, which is the same
    ]
    assert not any(is_locked for _, _, is_locked in watched.asked)
    assert (ada.status, reload(ben).status, Place.objects.get(session=ben).state) == ("greeting", "pending", "waiting")
    agreed = find_agreed_text(ada)
    assert agreed is not None
    assert (agreed.consent, agreed.is_as_shown) == (write_invitation_consent(ada.invitation, "en"), True)


def test_a_text_that_changes_while_it_is_stored_is_not_agreed_to(watched: type[WatchedStorage]) -> None:
    session = open_session(invitation=invite(make_panel()), now=T0)
    watched.on_save = [lambda: Organization.objects.update(name="Fernbrook & Sons")]
    with pytest.raises(MoveRefused, match="please read it and agree again") as refused:
        agree(session, now=after(1))
    assert refused.value.code == "consent.version"
    session = reload(session)
    assert (session.status, session.consented_at, session.consent_hash) == ("pending", None, "")
    assert (Place.objects.count(), Capacity.objects.filter(decisions__gt=0).count()) == (0, 0)
    watched.on_save = []
    agree(session, now=after(2))
    assert reload(session).status == "greeting"
    assert default_storage.exists(name_kept_text(reload(session).consent_hash))


def test_what_cannot_be_agreed_to_is_not_stored_and_said_again_it_asks_storage_nothing(
    watched: type[WatchedStorage],
) -> None:
    session = open_session(invitation=invite(make_panel()), now=T0)
    with pytest.raises(MoveRefused, match="changed since it was shown"):
        start_session(
            session_id=session.pk,
            epoch=session.epoch,
            document_version="2026-1",
            language="en",
            shown_hash="0" * 64,
            now=T0,
        )
    assert watched.asked == []
    agree(session, now=after(1))
    asked = len(watched.asked)
    agree(session, now=after(2))
    assert len(watched.asked) == asked
