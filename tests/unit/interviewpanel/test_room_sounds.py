"""A room's sound to the protocol's frames and back, and the words of its chat."""

import numpy as np
import pytest

from interviewpanel.room_agents.hearing import RoomHearing
from interviewpanel.room_agents.phrases import CHAT_WORDS, PHRASES, read_chat
from interviewpanel.room_agents.sounds import FRAME_BYTES, PIECE_BYTES, FrameCutter, cut_speech
from tests.room_lines import make_track
from tests.speech import read_clip


@pytest.mark.parametrize(("rate", "channels"), [(48_000, 1), (48_000, 2), (44_100, 2), (16_000, 1)])
def test_any_track_becomes_16_khz_mono_without_a_seam(rate: int, channels: int) -> None:
    said = read_clip("speech_rms")[: 4 * 16_000]
    cutter = FrameCutter()
    pieces = [piece for frame in make_track(said, rate=rate, channels=channels) for piece in cutter.take(frame)]
    heard = np.frombuffer(b"".join(pieces), dtype="<i2")
    assert {len(piece) for piece in pieces} == {FRAME_BYTES}
    assert len(said) - 2 * 1_536 < len(heard) <= len(said)
    assert np.corrcoef(said[: len(heard)], heard)[0, 1] > 0.99
    assert np.abs(said[: len(heard)].astype(int) - heard).max() < 3_000


def test_a_track_that_changes_its_rate_goes_on() -> None:
    said = read_clip("speech_rms")[: 2 * 16_000]
    cutter = FrameCutter()
    frames = [*make_track(said, rate=48_000), *make_track(said, rate=24_000, channels=2)]
    assert sum(len(cutter.take(frame)) for frame in frames) == 2 * len(said) // 1_536


def test_speech_becomes_48_khz_in_whole_pieces() -> None:
    said = read_clip("speech_rms")[:20_000]
    pieces = cut_speech(said)
    assert {len(piece) for piece in pieces} == {PIECE_BYTES}
    spoken = np.frombuffer(b"".join(pieces), dtype="<i2")
    assert len(said) * 3 <= len(spoken) < len(said) * 3 + PIECE_BYTES // 2
    assert np.corrcoef(said, spoken[: len(said) * 3 : 3])[0, 1] > 0.98


def test_frames_are_numbered_by_answer_and_go_on_behind_what_is_stored() -> None:
    hearing = RoomHearing()
    track = make_track(np.ones(3 * 1_536 + 320, dtype=np.int16), rate=16_000)

    def hear() -> list[tuple[int, int]]:
        return [(one.answer, one.sequence) for frame in track for one in hearing.take(frame)]

    assert hear() == []
    question = {"answer": 2}
    state = {"type": "session_state", "status": "in_progress", "question": question}
    hearing.heed({**state, "acknowledged": {"answer": 2, "through": 40}})
    assert hear() == [(2, 41), (2, 42), (2, 43)]
    hearing.heed({**state, "acknowledged": {"answer": 2, "through": 43}})  # told again
    assert hear()[0] == (2, 44)
    hearing.heed({"type": "paused"})
    assert hear() == []
    hearing.heed({"type": "resumed"})
    assert hear()
    hearing.heed({"type": "turn_update", "state": "closed"})
    assert hear() == []
    hearing.heed({"type": "next_question", "answer": 3})
    assert hear() == [(3, 0), (3, 1), (3, 2)]


def test_sound_that_was_lost_leaves_its_numbers_free() -> None:
    hearing = RoomHearing()
    hearing.lose(5.0)  # of no answer
    hearing.heed({"type": "next_question", "answer": 1})
    hearing.lose(0.05)
    hearing.lose(0.15)
    taken = [one for part in make_track(np.ones(1_600, dtype=np.int16), rate=16_000) for one in hearing.take(part)]
    assert [one.sequence for one in taken] == [2]


def test_both_languages_have_every_phrase_with_the_same_gaps() -> None:
    assert set(PHRASES["en"]) == set(PHRASES["de"])
    for name, text in PHRASES["en"].items():
        assert text.count("{") == PHRASES["de"][name].count("{"), name


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("AGREE", "start"),
        ("I agree.", "start"),
        ("Ich stimme zu!", "start"),
        ("  other   words ", "rephrase_question"),
        ("„Überspringen“", "skip_question"),
        ("skip?", None),
        ("I do not agree", None),
        ("", None),
    ],
)
def test_only_the_words_themselves_are_orders(text: str, type_: str | None) -> None:
    assert read_chat(text) == type_


def test_every_order_of_the_chat_can_be_read_as_it_is_written_in_the_greeting() -> None:
    for phrases in PHRASES.values():
        listed = phrases["consent_chat"].rpartition(":")[2].split(",")
        assert {read_chat(one) for one in listed} == set(CHAT_WORDS.values()) - {"start"}
