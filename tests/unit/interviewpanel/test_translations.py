"""The German of the candidate's pages is whole, fits its English, and what is read at run time is what was written."""

import re
from pathlib import Path

import polib
import pytest
from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "interviewpanel/locale/de/LC_MESSAGES"
PLACES = re.compile(r"%\(\w+\)s|\{\w+\}")


@pytest.fixture(scope="module")
def written() -> list[polib.POEntry]:
    return [entry for entry in polib.pofile(str(FOLDER / "django.po")) if not entry.obsolete]


def read_german(entry: polib.POEntry) -> list[str]:
    return [*entry.msgstr_plural.values()] if entry.msgid_plural else [entry.msgstr]


def test_nothing_is_left_untranslated(written: list[polib.POEntry]) -> None:
    assert len(written) > 300
    assert [entry.msgid for entry in written if entry.fuzzy or not all(read_german(entry))] == []


def test_the_same_facts_stand_in_both_languages(written: list[polib.POEntry]) -> None:
    for entry in written:
        for german in read_german(entry):
            assert set(PLACES.findall(german)) == set(PLACES.findall(entry.msgid)), entry.msgid


def test_speaks_calmly(written: list[polib.POEntry]) -> None:
    for entry in written:
        assert "!" not in "".join([entry.msgid, *read_german(entry)]), entry.msgid


def test_what_is_read_is_what_was_written(written: list[polib.POEntry]) -> None:
    """After a change: `manage.py makemessages -l de --no-location --no-wrap`, then `manage.py compilemessages`."""
    compiled = {entry.msgid: read_german(entry) for entry in polib.mofile(str(FOLDER / "django.mo"))}
    assert compiled == {entry.msgid: read_german(entry) for entry in written}
