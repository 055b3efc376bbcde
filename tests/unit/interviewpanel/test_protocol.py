"""Every refusal of a frame and of a message, and the flood guard in virtual time."""

import json
import struct

import pytest

from interviewpanel.domain.protocol import (
    MAX_FRAME_BYTES,
    MAX_TEXT_CHARACTERS,
    AudioFrame,
    ClientMessage,
    FloodGuard,
    ProtocolError,
    read_frame,
    read_message,
    write_message,
)


def test_a_frame_is_a_header_and_samples() -> None:
    frame = read_frame(struct.pack(">II", 3, 70_000) + b"\x01\x00\x02\x00")
    assert frame == AudioFrame(3, 70_000, b"\x01\x00\x02\x00")
    assert frame.seconds == 2 / 16_000
    assert read_frame(bytes(MAX_FRAME_BYTES)).answer == 0


@pytest.mark.parametrize(
    ("data", "code", "close_code"),
    [
        (b"", "audio.malformed", None),
        (bytes(7), "audio.malformed", None),
        (bytes(8), "audio.malformed", None),
        (bytes(9), "audio.malformed", None),
        (bytes(11), "audio.malformed", None),
        (bytes(MAX_FRAME_BYTES + 1), "audio.too_large", 4413),
    ],
)
def test_a_frame_that_is_none_is_refused(data: bytes, code: str, close_code: int | None) -> None:
    with pytest.raises(ProtocolError) as error:
        read_frame(data)
    assert (error.value.code, error.value.close_code) == (code, close_code)


def test_a_message_is_read_with_its_id_and_fields() -> None:
    message = read_message('{"type": "sync", "id": "a7", "last_sequence": 4, "more": true}')
    assert message == ClientMessage("sync", "a7", {"type": "sync", "id": "a7", "last_sequence": 4, "more": True})


@pytest.mark.parametrize(
    ("text", "code", "re"),
    [
        ("", "message.malformed", None),
        ("{", "message.malformed", None),
        ("[]", "message.malformed", None),
        ("null", "message.malformed", None),
        ("7", "message.malformed", None),
        ("{}", "message.malformed", None),
        ('{"type": 7}', "message.malformed", None),
        ('{"type": "ping", "id": []}', "message.malformed", None),
        ('{"type": "ping", "id": true}', "message.malformed", None),
        ('{"type": "ping", "id": 1.5}', "message.malformed", None),
        ('{"type": "pang", "id": 5}', "message.unknown_type", 5),
        ('{"type": "sync", "id": "x"}', "message.malformed", "x"),
        ('{"type": "sync", "last_sequence": "4"}', "message.malformed", None),
        ('{"type": "sync", "last_sequence": 1e999}', "message.malformed", None),
        ('{"type": "sync", "last_sequence": true}', "message.malformed", None),
        ('{"type": "start", "consent": "yes"}', "message.malformed", None),
        ('{"type": "answer_text", "text": null}', "message.malformed", None),
        ('{"type": "answer_text", "text": "\\u0000"}', "message.malformed", None),
        ('{"type": "answer_text", "text": "\\ud83d"}', "message.malformed", None),
        ('{"type": "ping", "\\ud83d": 1}', "message.malformed", None),
        ("[" * 30_000, "message.malformed", None),
        ("9" * 5_000, "message.malformed", None),
        ("x" * (MAX_TEXT_CHARACTERS + 1), "message.too_large", None),
    ],
)
def test_a_message_that_is_none_is_refused(text: str, code: str, re: object) -> None:
    with pytest.raises(ProtocolError) as error:
        read_message(text)
    assert (error.value.code, error.value.re, error.value.close_code) == (code, re, None)


def test_a_whole_pair_of_surrogates_is_text() -> None:
    message = read_message('{"type": "answer_text", "text": "\\ud83d\\ude00"}')
    assert message.fields["text"] == "😀"
    assert json.loads(write_message(message.fields)) == message.fields


def send_audio(guard: FloodGuard, *, seconds: float, speed: float, now: float) -> tuple[float, str]:
    """So much audio at a speed, obeying every wait. Returns when it was through, or when and by what it was refused."""
    sent = 0.0
    while sent < seconds:
        try:
            wait = guard.take_audio(0.096, now)
        except ProtocolError as error:
            return now, f"{error.code} {error.close_code}"
        sent += 0.096
        now += max(wait, 0.096 / speed)
    return now, ""


def test_audio_up_to_four_times_real_time_passes_for_ever() -> None:
    assert send_audio(FloodGuard(0.0), seconds=3600, speed=4.0, now=0.0) == (pytest.approx(900, abs=0.1), "")


def test_faster_audio_is_slowed_after_its_advance_and_then_refused() -> None:
    through, refusal = send_audio(FloodGuard(0.0), seconds=3600, speed=1000.0, now=0.0)
    assert refusal == "flood 4429"
    assert 10 < through < 11
    assert send_audio(FloodGuard(0.0), seconds=40, speed=1000.0, now=0.0) == (pytest.approx(0.04, abs=0.01), "")


def test_what_an_outage_kept_back_is_no_flood() -> None:
    guard = FloodGuard(0.0, credit_seconds=300.0)
    assert send_audio(guard, seconds=340, speed=1000.0, now=0.0)[1] == ""
    assert send_audio(guard, seconds=60, speed=1000.0, now=1.0)[1] == "flood 4429"


def test_a_clock_set_back_refuses_nobody() -> None:
    guard = FloodGuard(1000.0)
    assert guard.take_audio(1.0, 990.0) == 0.0


def test_messages_come_ten_a_second_with_a_hundred_in_advance() -> None:
    guard = FloodGuard(0.0)
    for _ in range(100):
        guard.take_message(0.0)
    with pytest.raises(ProtocolError) as error:
        guard.take_message(0.0)
    assert error.value.close_code == 4429
    guard = FloodGuard(0.0)
    for one in range(10_000):
        guard.take_message(one / 10)
