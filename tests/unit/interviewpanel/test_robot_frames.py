"""The robot's outbox: what is sent, sent again, and forgotten."""

import struct

from interviewpanel.management.robot.frames import FRAME_BYTES, Counts, Outbox, build_frame, cut_frames


def drain(outbox: Outbox) -> list[tuple[int, int, bytes]]:
    """(answer, sequence, samples) of everything that goes out now."""
    messages = []
    while (message := outbox.take_unsent()) is not None:
        messages.append((*struct.unpack(">II", message[:8]), message[8:]))
    return messages


def test_a_frame_is_eight_bytes_of_big_endian_header_and_the_samples() -> None:
    assert build_frame(3, 258, b"\x01\x02") == b"\x00\x00\x00\x03\x00\x00\x01\x02\x01\x02"


def test_the_last_frame_is_filled_with_silence() -> None:
    frames = cut_frames(b"\x01" * (FRAME_BYTES + 2))

    assert frames == [b"\x01" * FRAME_BYTES, b"\x01\x01" + b"\0" * (FRAME_BYTES - 2)]
    assert cut_frames(b"") == []


def test_sequences_count_from_zero_in_every_answer() -> None:
    outbox = Outbox()

    assert [outbox.record(1, b"a"), outbox.record(1, b"b"), outbox.record(2, b"c")] == [0, 1, 0]
    assert drain(outbox) == [(1, 0, b"a"), (1, 1, b"b"), (2, 0, b"c")]
    assert outbox.unacknowledged == 3
    assert not outbox.has_unsent


def test_a_reconnect_sends_everything_after_the_acknowledged_frame_again_and_nothing_before_it() -> None:
    outbox = Outbox()
    for samples in (b"a", b"b", b"c"):
        outbox.record(1, samples)
    drain(outbox)
    outbox.record(1, b"d")

    outbox.acknowledge(1, 1)
    outbox.rewind()

    assert drain(outbox) == [(1, 2, b"c"), (1, 3, b"d")]
    assert outbox.counts == Counts(recorded=4, sent=4, resent=1, acknowledged=2)


def test_the_newest_frame_is_the_last_of_the_last_answer() -> None:
    outbox = Outbox()
    assert outbox.newest is None
    for answer in (1, 1, 1, 2, 2):
        outbox.record(answer, b"a")

    assert outbox.newest == (2, 1)
    outbox.acknowledge(2, 1)
    assert outbox.newest == (1, 2)


def test_frames_asked_for_go_first() -> None:
    outbox = Outbox()
    for samples in (b"a", b"b", b"c"):
        outbox.record(1, samples)
    drain(outbox)
    outbox.record(1, b"d")

    outbox.repeat(1, 0, 1)

    assert drain(outbox) == [(1, 0, b"a"), (1, 1, b"b"), (1, 3, b"d")]


def test_frames_asked_for_that_were_stored_meanwhile_are_not_sent() -> None:
    outbox = Outbox()
    outbox.record(1, b"a")
    drain(outbox)
    outbox.repeat(1, 0, 5)
    outbox.acknowledge(1, 0)

    assert not outbox.has_unsent
    assert drain(outbox) == []


def test_acknowledging_one_answer_keeps_the_others() -> None:
    outbox = Outbox()
    outbox.record(1, b"a")
    outbox.record(2, b"b")

    outbox.acknowledge(1, 10)

    assert drain(outbox) == [(2, 0, b"b")]


def test_what_came_after_the_last_frame_of_a_whole_answer_is_forgotten() -> None:
    outbox = Outbox()
    outbox.record(1, b"a")
    outbox.record(2, b"b")

    outbox.forget(1)
    outbox.rewind()

    assert drain(outbox) == [(2, 0, b"b")]


def test_a_robot_started_again_goes_on_after_what_the_server_has() -> None:
    outbox = Outbox()

    outbox.acknowledge(4, 17)

    assert outbox.record(4, b"a") == 18
