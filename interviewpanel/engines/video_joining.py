"""Puts a recorded video into a container that tells its length and can be sought in, by PyAV.

MediaRecorder writes WebM and MP4 as a stream: without a duration, without an index. Nothing is decoded here: packet
after packet is copied as it is, so that an hour takes seconds, and neither the pieces nor the file are ever in memory
as a whole. Called by services.joined_videos.
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import av
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Stream

# What comes from a stranger's browser is read as what it says it is: FFmpeg must not guess a playlist that names files.
INPUTS = {"webm": "matroska", "mp4": "mp4"}
CODECS = {"vp8", "vp9", "av1", "h264", "hevc", "opus", "vorbis", "aac"}
# The index in front: a player seeks without fetching the end first.
OPTIONS = {"webm": {"cues_to_front": "1"}, "mp4": {"movflags": "faststart"}}
LEAST_COPIED_SHARE = 0.3  # of the bytes; measured .97 with sound and picture, .8 with a dark picture and silence

OpenPiece = Callable[[], BinaryIO]


class VideoUnreadable(ValueError):
    """The pieces are no video that can be joined; the message is for a person."""


@dataclass(frozen=True)
class JoinedFacts:
    seconds: float


class Pieces:
    """Files read as one, forwards only, each opened when its turn comes: what FFmpeg calls a stream."""

    def __init__(self, pieces: Iterable[OpenPiece]) -> None:
        self._pieces = iter(pieces)
        self._current: BinaryIO | None = None
        self.size_bytes = 0  # read so far

    def read(self, size: int) -> bytes:
        """At most `size` bytes, none at the end. After a piece that could not be opened there is no more: FFmpeg asks
        once more before it tells of the error."""
        while True:
            if self._current is None:
                following = next(self._pieces, None)
                if following is None:
                    return b""
                try:
                    self._current = following()
                except BaseException:
                    self._pieces = iter(())
                    raise
            if data := self._current.read(size):
                self.size_bytes += len(data)
                return data
            self.close()

    def close(self) -> None:
        if self._current is not None:
            self._current.close()
        self._current = None

    def is_at_end(self) -> bool:
        return not self.read(1)


def join_video(pieces: Iterable[OpenPiece], target: Path, *, suffix: str) -> JoinedFacts:
    """Write the pieces, which in order are one stream of `suffix` (webm or mp4), as one file at `target`.

    A stream that breaks off in its last piece, as when a browser crashes, is joined up to there. Raises VideoUnreadable
    for anything else that is no whole video, and what opening a piece raises.
    """
    source = Pieces(pieces)
    limits = {"max_streams": "8", "probesize": "5000000"}
    try:
        with (
            contextlib.closing(source),
            av.open(source, "r", format=INPUTS[suffix], container_options=limits, metadata_errors="ignore") as incoming,
            av.open(str(target), "w", format=suffix, container_options=OPTIONS[suffix]) as outgoing,
        ):
            copied_bytes, seconds = _copy(incoming, outgoing, source)
    except (av.error.FFmpegError, UnicodeDecodeError, ValueError) as error:
        raise VideoUnreadable(f"the pieces are no whole video ({error})") from error
    if not seconds:
        raise VideoUnreadable("there is neither picture nor sound in it")
    if copied_bytes < LEAST_COPIED_SHARE * source.size_bytes:
        raise VideoUnreadable(f"only {copied_bytes} of its {source.size_bytes} bytes are picture and sound")
    return JoinedFacts(seconds)


def _copy(incoming: InputContainer, outgoing: OutputContainer, source: Pieces) -> tuple[int, float]:
    """All packets; returns their bytes, and when the last one ends, in seconds."""
    outputs = {}
    for stream in incoming.streams:
        if stream.type not in ("audio", "video"):
            continue
        codec = stream.codec_context.codec.canonical_name
        if codec not in CODECS:
            raise VideoUnreadable(f"its {stream.type} is {codec}, which browsers do not record")
        outputs[stream.index] = outgoing.add_stream_from_template(stream)
    size_bytes, seconds = 0, 0.0
    for packet in _read_packets(incoming, source):
        if packet.stream.index not in outputs or packet.pts is None or packet.dts is None:
            continue
        size_bytes += packet.size
        seconds = max(seconds, float((packet.pts + (packet.duration or 0)) * packet.time_base))
        packet.stream = outputs[packet.stream.index]
        outgoing.mux(packet)
    return size_bytes, seconds


def _read_packets(incoming: InputContainer, source: Pieces) -> "Iterator[Packet[Stream]]":
    packets = incoming.demux()
    while True:
        try:
            yield next(packets)
        except StopIteration:
            return
        except av.error.FFmpegError:
            if not source.is_at_end():
                raise
            return
