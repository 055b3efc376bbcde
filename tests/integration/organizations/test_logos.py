"""An organization's logo, as candidates' pages show it: to anybody, by an address of the site's own."""

import io

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image

from interviewpanel.selectors.session_state import describe_session, load_session
from interviewpanel.services.invitations import make_token
from organizations.models import Organization
from organizations.services.logos import store_logo
from tests.live_interviews import begin, invite, make_panel

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_cached() -> None:
    cache.clear()


def make_picture(kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 20), "teal").save(file, kind)
    return file.getvalue()


def give_logo(organization: Organization, content: bytes) -> None:
    store_logo(organization=organization, file=ContentFile(content, "fern"))


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_logo_is_shown_to_anybody_as_what_it_is(kind: str) -> None:
    organization, content = make_panel().organization, make_picture(kind)
    give_logo(organization, content)
    shown = Client().get(f"/logos/{organization.uuid}/")
    told = (shown.status_code, shown["Content-Type"], shown["Cache-Control"], shown["X-Content-Type-Options"])
    assert told == (200, f"image/{kind.lower()}", "public, max-age=300", "nosniff")
    assert shown.content == content


def test_there_is_none_where_none_was_given_or_its_file_is_no_picture() -> None:
    organization = make_panel().organization
    assert Client().get(f"/logos/{organization.uuid}/").status_code == 404
    organization.logo.save("fern.png", ContentFile(b"<svg onload='alert(1)'>"))
    assert Client().get(f"/logos/{organization.uuid}/").status_code == 404
    assert Client().get("/logos/00000000-0000-0000-0000-000000000000/").status_code == 404


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "This is neither a PNG nor a JPEG. Save it as one of them."),
        (b"\x89PNG\r\n\x1a\n" + bytes(600_000), "The file has 600 kB. At most 500 kB are taken."),
    ],
)
def test_the_admin_takes_what_pages_can_show_and_nothing_else(content: bytes, reason: str) -> None:
    organization = make_panel().organization
    organization.logo = File(io.BytesIO(content), "fern.png")
    organization.logo.file.size = len(content)
    with pytest.raises(ValidationError) as refused:
        organization.clean_fields()
    assert refused.value.message_dict == {"logo": [reason]}


def test_storage_is_asked_once_however_often_a_page_is_opened() -> None:
    organization = make_panel().organization
    give_logo(organization, make_picture())
    first = Client().get(f"/logos/{organization.uuid}/").content
    default_storage.delete(str(organization.logo.name))
    assert Client().get(f"/logos/{organization.uuid}/").content == first


def test_a_candidates_page_shows_it_in_the_place_of_the_name() -> None:
    invitation = invite(make_panel())
    page = f"/i/{make_token(invitation)}/"
    assert '<p class="from">Fernbrook</p>' in Client().get(page).content.decode()
    give_logo(invitation.organization, make_picture())
    shown = f'<p class="from"><img src="/logos/{invitation.organization.uuid}/" alt="Fernbrook"></p>'
    assert shown in Client().get(page).content.decode()


def test_the_socket_tells_an_address_of_this_site_and_not_where_the_file_lies() -> None:
    session = begin(invite(make_panel()))
    told = describe_session(load_session(session.pk), times={}, question=None, more_time_left=None, queue=None)
    assert told["organization"]["logo_url"] is None
    give_logo(session.organization, make_picture())
    told = describe_session(load_session(session.pk), times={}, question=None, more_time_left=None, queue=None)
    assert told["organization"] == {
        "display_name": "Fernbrook",
        "colour": session.organization.primary_colour,
        "logo_url": f"{settings.PUBLIC_URL}/logos/{session.organization.uuid}/",
        "contact_email": session.organization.contact_email,
    }
