"""A consent text is filled in, and its hash is of what is read."""

import hashlib

from interviewpanel.domain.consent import ConsentText, fill_consent

SOURCE = "{organization} asks\nyou.\n\n[video]\nWith a camera.\n\nKept for {days} days.\n"


def fill(*, is_video: bool) -> ConsentText:
    return fill_consent(SOURCE, "1", "en", organization="Fernbrook", retention_days=9, is_video=is_video)


def test_names_who_asks_and_for_how_long() -> None:
    assert fill(is_video=False) == ConsentText("1", "en", ("Fernbrook asks you.", "Kept for 9 days."))


def test_tells_of_a_camera_only_where_there_is_one() -> None:
    assert fill(is_video=True).paragraphs == ("Fernbrook asks you.", "With a camera.", "Kept for 9 days.")


def test_the_hash_is_of_the_paragraphs_as_they_are_shown() -> None:
    shown = "Fernbrook asks you.\n\nKept for 9 days."
    assert fill(is_video=False).text == shown
    assert fill(is_video=False).hash == hashlib.sha256(shown.encode()).hexdigest()


def test_an_organizations_own_paragraphs_come_last_as_they_are_and_are_hashed() -> None:
    own = fill_consent(
        SOURCE,
        "1",
        "en",
        organization="Fernbrook",
        retention_days=9,
        is_video=False,
        addition="  {organization} is\nnot filled in.\n \n\n[video] neither.  ",
    )
    assert own.paragraphs == (
        "Fernbrook asks you.",
        "Kept for 9 days.",
        "{organization} is not filled in.",
        "[video] neither.",
    )
    assert own.hash != fill(is_video=False).hash
