"""The process that holds pocketsphinx: started by sphinx.py as `python -m …sphinx_child PARENT`, alone with its model.

pocketsphinx keeps the interpreter lock for seconds, so it may not live in a server or a worker. Standard input is one
end of a socket pair: a block of PCM comes in, a block of JSON goes out. No Django here. It ends when that socket closes
or its parent has gone; the second matters because a forked sibling may hold a copy of the parent's end open.
"""

import json
import os
import select
import socket
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pocketsphinx import Decoder

from interviewpanel.engines.transcription.blocks import receive_block, send_block
from interviewpanel.engines.transcription.lattice import (
    LOG_BASE,
    Span,
    find_posteriors,
    find_word_probability,
    is_filler,
    parse_lattice,
    strip_pronunciation,
)

FRAMES_PER_SECOND = 100
PARENT_CHECK_SECONDS = 5.0

HeardWord = tuple[str, float, float, float | None]


def make_decoder() -> Any:
    """The English model of the wheel. The second and third pass are off: slower, and they remember earlier speech."""
    return Decoder(samprate=16_000, fwdflat=False, bestpath=False, loglevel="FATAL")


def decode_utterance(decoder: Any, pcm: bytes) -> list[HeardWord]:
    """Words with start and end in seconds and a probability. The same PCM gives the same, whatever came before."""
    if not pcm:
        return []
    decoder.reinit_feat()  # forgets the noise level learnt from the last utterance
    decoder.start_utt()
    decoder.process_raw(pcm, full_utt=True)
    decoder.end_utt()
    if decoder.hyp() is None:
        return []
    spans = _read_posteriors(decoder)
    heard: list[HeardWord] = []
    for segment in decoder.seg():
        if is_filler(segment.word):
            continue
        word = strip_pronunciation(segment.word)
        probability = (
            None if spans is None else find_word_probability(spans, word, segment.start_frame, segment.end_frame)
        )
        heard.append(
            (word, segment.start_frame / FRAMES_PER_SECOND, (segment.end_frame + 1) / FRAMES_PER_SECOND, probability)
        )
    return heard


def _read_posteriors(decoder: Any) -> list[Span] | None:
    """The lattice's posteriors; None where no lattice was made. It can be had only through a file (3 ms for 6 s)."""
    lattice = decoder.get_lattice()
    if lattice is None:
        return None
    with tempfile.NamedTemporaryFile(prefix="lattice-") as file:
        lattice.write(file.name)
        parsed = parse_lattice(Path(file.name).read_text(encoding="utf-8").splitlines())
    return find_posteriors(parsed, _make_bigram(decoder)) or None


def _make_bigram(decoder: Any) -> Callable[[str | None, str], float]:
    """Natural logarithm of a word after another, by the decoder's language model; each pair is asked for once."""
    model = decoder.get_lm()
    known: dict[tuple[str | None, str], float] = {}

    def find_log(previous: str | None, word: str) -> float:
        pair = (previous, word)
        if pair not in known:
            # The model wants the newest word first.
            known[pair] = model.prob([word] if previous is None else [word, previous]) * LOG_BASE
        return known[pair]

    return find_log


def answer_requests(connection: socket.socket, parent: int) -> None:
    """Decode what comes until the socket closes or the parent process is no longer this one's."""
    decoder = make_decoder()
    while os.getppid() == parent:
        readable, _, _ = select.select([connection], [], [], PARENT_CHECK_SECONDS)
        if not readable:
            continue
        try:
            pcm = receive_block(connection)
        except (EOFError, OSError):
            return
        try:
            reply: dict[str, Any] = {"words": decode_utterance(decoder, pcm)}
        except Exception as error:  # the parent raises it; this process and its model go on
            reply = {"error": f"{type(error).__name__}: {error}"}
            decoder = make_decoder()
        try:
            send_block(connection, json.dumps(reply).encode())
        except OSError:
            return


if __name__ == "__main__":
    answer_requests(socket.socket(fileno=0), int(sys.argv[1]))
