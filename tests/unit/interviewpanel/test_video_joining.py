"""Pieces of a video become one file with a length and an index: of Chromium's WebM, and of a fragmented MP4."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import av
import pytest

from interviewpanel.engines.video_joining import JoinedFacts, OpenPiece, Pieces, VideoUnreadable, join_video
from tests.camera_videos import SECONDS, count_pictures, load_webm_pieces, make_mp4_pieces, read_seconds


def join(pieces: list[bytes], folder: Path, suffix: str = "webm") -> tuple[JoinedFacts, bytes]:
    target = folder / f"joined.{suffix}"
    facts = join_video([lambda piece=piece: io.BytesIO(piece) for piece in pieces], target, suffix=suffix)
    return facts, target.read_bytes()


def read_packets(video: bytes) -> list[tuple[str, int, bytes]]:
    with av.open(io.BytesIO(video)) as container:
        packets = [packet for packet in container.demux() if packet.pts is not None]
        return sorted((one.stream.type, round(1000 * one.pts * one.time_base), bytes(one)) for one in packets)


def test_chromiums_pieces_tell_no_length_and_the_joined_file_does(tmp_path: Path) -> None:
    pieces = load_webm_pieces()
    assert read_seconds(b"".join(pieces)) is None
    facts, joined = join(pieces, tmp_path)
    assert read_seconds(joined) == pytest.approx(SECONDS, abs=0.1)
    assert facts.seconds == pytest.approx(SECONDS, abs=0.1)


def test_every_packet_is_copied_as_it_is_at_its_time(tmp_path: Path) -> None:
    pieces = load_webm_pieces()
    _, joined = join(pieces, tmp_path)
    assert read_packets(joined) == read_packets(b"".join(pieces))


def test_the_index_stands_in_front_of_the_pictures(tmp_path: Path) -> None:
    _, joined = join(load_webm_pieces(), tmp_path)
    cues, cluster = bytes.fromhex("1c53bb6b"), bytes.fromhex("1f43b675")
    assert 0 < joined.rindex(cues, 0, joined.index(cluster)) < joined.index(cluster)


def test_it_can_be_sought_in(tmp_path: Path) -> None:
    _, joined = join(load_webm_pieces(), tmp_path)
    with av.open(io.BytesIO(joined)) as container:
        container.seek(4_500_000)
        first = next(container.decode(video=0))
        assert first.time == pytest.approx(4.06, abs=0.05)  # the last picture before it that stands for itself


def test_a_fragmented_mp4_is_joined_too(tmp_path: Path) -> None:
    pieces = make_mp4_pieces()
    facts, joined = join(pieces, tmp_path, "mp4")
    assert facts.seconds == pytest.approx(3.0)
    assert (read_seconds(joined), count_pictures(joined)) == (pytest.approx(3.0), 30)
    assert joined.index(b"moov") < joined.index(b"mdat")


def test_one_that_breaks_off_is_joined_up_to_there(tmp_path: Path) -> None:
    """As when the browser is killed while it writes its last piece."""
    *before, last = load_webm_pieces()
    facts, joined = join([*before, last[:9000]], tmp_path)
    assert 4.0 < facts.seconds < 5.0
    assert 55 < count_pictures(joined) < 73


@pytest.mark.parametrize(
    ("pieces", "reason"),
    [
        ([], "no whole video"),
        ([b""], "no whole video"),
        ([b"\x1aE\xdf\xa3 first", b"second"], "no whole video"),
        ([b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"], "no whole video"),
        ([b"ffconcat version 1.0\nfile /etc/passwd\n"], "no whole video"),
        (load_webm_pieces()[1:], "no whole video"),
        ([load_webm_pieces()[0], bytes(400_000)], "bytes are picture and sound"),
    ],
)
def test_what_is_no_video_is_refused(pieces: list[bytes], reason: str, tmp_path: Path) -> None:
    with pytest.raises(VideoUnreadable, match=reason):
        join(pieces, tmp_path)


def test_pieces_are_opened_one_after_the_other_and_closed() -> None:
    opened: list[BinaryIO] = []

    def open_all() -> Iterator[OpenPiece]:
        for content in (b"one", b"", b"three"):
            yield lambda content=content: opened.append(io.BytesIO(content)) or opened[-1]

    pieces = Pieces(open_all())
    assert (pieces.read(2), len(opened)) == (b"on", 1)
    assert (pieces.read(9), pieces.read(9), len(opened)) == (b"e", b"three", 3)
    assert (pieces.is_at_end(), pieces.size_bytes) == (True, 8)
    assert all(one.closed for one in opened)


def test_a_piece_that_is_gone_is_told_as_such(tmp_path: Path) -> None:
    def open_missing() -> BinaryIO:
        raise FileNotFoundError("storage has no such file")

    with pytest.raises(FileNotFoundError, match="storage has no such file"):
        join_video([lambda: io.BytesIO(load_webm_pieces()[0]), open_missing], tmp_path / "joined.webm", suffix="webm")
