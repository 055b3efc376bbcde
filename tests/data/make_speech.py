"""Makes the clips beside it: flite speaks, PyAV packs as Opus. `python tests/data/make_speech.py` (Debian: flite)."""

import subprocess
import tempfile
from pathlib import Path

import av

CLIPS = {
    "speech_rms": (
        "rms",
        "A hash table gives constant time lookup. When two keys share a bucket, we compare them one by one.",
    ),
    "speech_kal16": (
        "kal16",
        "An index makes reading faster but writing slower, since every insert must also change the index.",
    ),
}
BITS_PER_SECOND = 16_000


def make_clip(name: str, voice: str, text: str, folder: Path) -> None:
    """Write NAME.opus (16 kHz mono speech) and NAME.txt (what was said) to `folder`."""
    with tempfile.NamedTemporaryFile(suffix=".wav") as wav:
        subprocess.run(["flite", "-voice", voice, "-t", text, "-o", wav.name], check=True)
        with av.open(wav.name) as source, av.open(str(folder / f"{name}.opus"), "w", format="ogg") as target:
            stream = target.add_stream("libopus", rate=16_000, options={"application": "voip"})
            stream.layout = "mono"
            stream.bit_rate = BITS_PER_SECOND
            for frame in source.decode(source.streams.audio[0]):
                target.mux(stream.encode(frame))
            target.mux(stream.encode(None))
    (folder / f"{name}.txt").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    for clip, (voice, text) in CLIPS.items():
        make_clip(clip, voice, text, Path(__file__).parent)
