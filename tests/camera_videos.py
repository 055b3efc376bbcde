"""Videos as browsers record them, in pieces. Used by the tests of joining and of captions on a video's clock."""

import io
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

FILE = Path(__file__).parent / "data" / "chromium_camera.webm"
# What Chromium 156's MediaRecorder gave of its fake camera and a voice in 5.0 s, a piece each second.
PIECE_BYTES = (11617, 15571, 19284, 16805, 16642)
SECONDS = 5.0
WEBM = "video/webm;codecs=vp8,opus"


def load_webm_pieces() -> list[bytes]:
    with FILE.open("rb") as file:
        return [file.read(size) for size in PIECE_BYTES]


def make_mp4_pieces(*, seconds: int = 3, pieces: int = 4) -> list[bytes]:
    """A fragmented MP4, as Safari's MediaRecorder writes: no length in front, a fragment each second; without sound."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4", options={"movflags": "frag_keyframe+empty_moov+default_base_moof"}) as video:
        stream = video.add_stream("libvpx-vp9", rate=10, options={"deadline": "realtime", "cpu-used": "8", "g": "10"})
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        for number in range(10 * seconds):
            picture = np.full((120, 160, 3), 8 * number % 256, dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 10)
            for packet in stream.encode(frame):
                video.mux(packet)
        for packet in stream.encode(None):
            video.mux(packet)
    whole = file.getvalue()
    size = -(-len(whole) // pieces)
    return [whole[start : start + size] for start in range(0, len(whole), size)]


def count_pictures(video: bytes) -> int:
    with av.open(io.BytesIO(video)) as container:
        return sum(1 for _ in container.decode(video=0))


def read_seconds(video: bytes) -> float | None:
    """The length that the file itself tells; None where it tells none, as MediaRecorder's do not."""
    with av.open(io.BytesIO(video)) as container:
        return None if container.duration is None else container.duration / 1_000_000
