"""Recordings: joined where an interview ends, bit for bit what was stored."""

import io

import av
import numpy as np
import pytest
import time_machine
from django.core.files.storage import default_storage
from django.urls import reverse

from config.work.tasks import perform
from interviewpanel.engines.flac import decode_audio
from interviewpanel.models import Recording
from interviewpanel.services import session_manager
from tests.held_interviews import Held, hold, join, load
from tests.live_interviews import after, begin, close, find_open, invite, make_panel, reload, store_audio
from tests.staff import make_member, sign_in
from tests.work import do_due
from tests.work_rows import run_at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def held() -> Held:
    return hold(invite(make_panel()))


def test_the_end_opens_one_recording_for_each_spoken_answer_one_for_all_and_the_mix(held: Held) -> None:
    rows = held.session.recordings.order_by("id").values_list("kind", "answer__number", "work_status", "file")
    assert list(rows) == [
        ("answer", 1, "queued", ""),
        ("answer", 3, "queued", ""),
        ("interview", None, "queued", ""),
        ("mix", None, "queued", ""),
    ]


def test_an_interview_without_a_sound_has_no_recording() -> None:
    session = begin(invite(make_panel(questions=1)))
    close(session, "typed", typed="An index is a sorted copy.", seconds=30)
    do_due(now=after(31))
    assert (reload(session).status, session.recordings.count()) == ("completed", 0)


def test_an_abandoned_interview_is_joined_with_what_there_is() -> None:
    session = begin(invite(make_panel()))
    store_audio(find_open(session))
    session_manager.end_session(session_id=session.pk, now=after(90), reason="grace", is_abandoned=True)
    assert join(100) == 3


def test_what_is_joined_is_bit_for_bit_what_was_stored(held: Held) -> None:
    assert join() == 4
    rows = Recording.objects.filter(session=held.session, kind__in=["answer", "interview"]).order_by("id")
    first, third, whole = (decode_audio(load(one.file.name)) for one in rows)
    assert np.array_equal(first, held.stored(1))
    assert np.array_equal(third, held.stored(3))
    assert np.array_equal(whole, np.concatenate([held.stored(1), held.stored(3)]))
    assert list(rows.values_list("samples", flat=True)) == [len(first), len(third), len(whole)]


def test_a_joined_file_tells_its_length_so_that_a_player_can_seek(held: Held) -> None:
    join()
    with av.open(io.BytesIO(load(held.answer(1).recording.file.name))) as file:
        assert file.streams.audio[0].duration == 17 * 1536


def test_joined_twice_there_is_one_file(held: Held) -> None:
    assert do_due(Recording, now=after(70), times=2) == 4
    folder = f"recordings/{held.session.uuid}"
    assert len(default_storage.listdir(folder)[1]) == 4


def test_two_workers_at_once_store_one_result(transactional_db: None) -> None:
    held = hold(invite(make_panel()))
    row = held.answer(1).recording
    with time_machine.travel(after(70)):
        ended = run_at_once([lambda: perform(row.task_name, row.pk)] * 4)
    row.refresh_from_db()
    assert (sorted(ended), row.work_status, row.attempts) == ([False, False, False, True], "done", 1)
    assert np.array_equal(decode_audio(load(row.file.name)), held.stored(1))


def test_a_part_that_cannot_be_decoded_is_named_and_the_other_answer_is_joined(held: Held) -> None:
    broken = held.answer(1).segments.get(number=2)
    with default_storage.open(broken.file.name, "wb") as file:
        file.write(b"no sound")
    join()
    first, third, whole, mix = held.session.recordings.order_by("id")
    states = [one.work_status for one in (first, third, whole, mix)]
    assert states == ["failed", "done", "failed", "failed"]
    assert first.last_error.startswith("Part 2 of answer 1 cannot be decoded")


def test_a_part_that_storage_has_lost_is_tried_three_times_and_left_to_a_person(held: Held) -> None:
    default_storage.delete(held.answer(1).segments.get(number=2).file.name)
    for minute in range(1, 5):
        join(60 * minute + 70)
    first = held.answer(1).recording
    assert (first.work_status, first.attempts) == ("dead", 3)
    assert "FileNotFoundError" in first.last_error


def test_what_could_not_be_joined_is_joined_again_from_the_admin(held: Held) -> None:
    part = held.answer(1).segments.get(number=2).file.name
    sound = load(part)
    with default_storage.open(part, "wb") as file:
        file.write(b"no sound")
    join()
    rosa = sign_in(make_member("rosa@fernbrook.example", {held.session.organization: "hr"}))
    with default_storage.open(part, "wb") as file:
        file.write(sound)
    form = {"action": "join_again", "_selected_action": [held.session.pk]}
    address = reverse("admin:interviewpanel_interviewsession_changelist")
    assert rosa.post(address, form).context["title"] == "Join the recordings again"
    form["confirmed"] = "yes"
    assert (
        "3 of the chosen interviews&#x27; recordings will be joined again."
        in rosa.post(address, form, follow=True).content.decode()
    )
    assert join() == 3
    assert np.array_equal(decode_audio(load(held.answer(1).recording.file.name)), held.stored(1))
    assert "Nothing to do" in rosa.post(address, form, follow=True).content.decode()


def test_nobody_joins_the_recordings_of_another_organization(held: Held) -> None:
    Recording.objects.update(work_status="failed")
    elsewhere = make_panel("Elsewhere").organization
    mallory = sign_in(make_member("mallory@elsewhere.example", {elsewhere: "admin"}))
    form = {"action": "join_again", "_selected_action": [held.session.pk], "confirmed": "yes"}
    mallory.post(reverse("admin:interviewpanel_interviewsession_changelist"), form, follow=True)
    assert set(Recording.objects.values_list("work_status", flat=True)) == {"failed"}
