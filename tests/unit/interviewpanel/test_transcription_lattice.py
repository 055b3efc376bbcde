"""Word posteriors on a lattice small enough to be worked out by hand."""

import math

import pytest

from interviewpanel.engines.transcription.lattice import (
    ACOUSTIC_SCALE,
    LOG_BASE,
    Lattice,
    Node,
    Span,
    find_posteriors,
    find_word_probability,
    is_filler,
    parse_lattice,
    strip_pronunciation,
)

# One place, two words: "cash" is three times as probable as "cache" by the acoustic score of what precedes each.
LN3_SCORE = round(math.log(3) / LOG_BASE / ACOUSTIC_SCALE)
TEXT = f"""# getcwd: /this/is/bogus
# -logbase 1.000100e+00
#
Frames 60
#
Nodes 4 (NODEID WORD STARTFRAME FIRST-ENDFRAME LAST-ENDFRAME)
0 </s> 50 59 59 ; 0
1 cash(2) 10 49 49 ; 0
2 cache 10 49 49 ; 0
3 <s> 0 9 9 ; 0
#
Initial 3
Final 0
#
BestSegAscr 0 (NODEID ENDFRAME ASCORE)
#
Edges (FROM-NODEID TO-NODEID ASCORE)
3 1 0
3 2 {-LN3_SCORE}
1 0 0
2 0 0
End
"""


def flat(previous: str | None, word: str) -> float:
    """A language model to which everything is equally likely."""
    return 0.0


def test_the_text_of_a_lattice_is_read() -> None:
    assert parse_lattice(TEXT.splitlines()) == Lattice(
        nodes={0: Node("</s>", 50), 1: Node("cash", 10), 2: Node("cache", 10), 3: Node("<s>", 0)},
        edges=[(3, 1, 0), (3, 2, -LN3_SCORE), (1, 0, 0), (2, 0, 0)],
        first=3,
        last=0,
    )


@pytest.mark.parametrize("text", ["", "Nodes 1 (x)\n0 a 0 0 0\nInitial 0\n", "Initial 0\nFinal 0\n"])
def test_half_a_lattice_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no nodes, or no first or last"):
        parse_lattice(text.splitlines())


def test_posteriors_share_one_between_the_paths() -> None:
    spans = find_posteriors(parse_lattice(TEXT.splitlines()), flat)

    assert [(span.word, span.start_frame, span.end_frame) for span in spans] == [
        ("<s>", 0, 10),
        ("<s>", 0, 10),
        ("cash", 10, 50),
        ("cache", 10, 50),
    ]
    assert [span.probability for span in spans] == pytest.approx([0.75, 0.25, 0.75, 0.25], abs=1e-3)


def test_the_language_model_weighs_in() -> None:
    def prefer_cache(previous: str | None, word: str) -> float:
        return math.log(9) if (previous, word) == ("<s>", "cache") else 0.0

    spans = find_posteriors(parse_lattice(TEXT.splitlines()), prefer_cache)

    assert find_word_probability(spans, "cache", 10, 49) == pytest.approx(0.75, abs=1e-3)


def test_silence_and_noise_are_never_asked_of_the_language_model() -> None:
    asked: list[tuple[str | None, str]] = []

    def note(previous: str | None, word: str) -> float:
        asked.append((previous, word))
        return 0.0

    nodes = {0: Node("<s>", 0), 1: Node("<sil>", 5), 2: Node("[NOISE]", 9), 3: Node("a", 12), 4: Node("</s>", 20)}
    find_posteriors(Lattice(nodes, [(0, 1, 0), (1, 2, 0), (2, 3, 0), (3, 4, 0)], 0, 4), note)

    assert asked == [(None, "a"), ("a", "</s>")]


def test_a_lattice_without_a_path_has_no_posteriors() -> None:
    nodes = {0: Node("<s>", 0), 1: Node("a", 5), 2: Node("</s>", 9)}

    assert find_posteriors(Lattice(nodes, [(0, 1, 0)], 0, 2), flat) == []


def test_a_word_counts_over_all_its_edges_at_its_middle_frame() -> None:
    spans = [
        Span("row", 10, 30, 0.5),
        Span("row", 12, 40, 0.25),
        Span("row", 25, 40, 0.125),  # begins after the middle, 20
        Span("raw", 10, 30, 0.125),
    ]

    assert find_word_probability(spans, "row", 10, 30) == 0.75
    assert find_word_probability(spans, "rows", 10, 30) == 0.0
    assert find_word_probability([Span("row", 0, 9, 0.7), Span("row", 0, 8, 0.7)], "row", 0, 8) == 1.0


@pytest.mark.parametrize("token", ["<s>", "</s>", "<sil>", "[NOISE]", "[SPEECH]", "++COUGH++"])
def test_marks_are_no_words(token: str) -> None:
    assert is_filler(token)


def test_a_second_pronunciation_is_the_same_word() -> None:
    assert [strip_pronunciation(token) for token in ("either(2)", "a(3)", "it's")] == ["either", "a", "it's"]
    assert not is_filler("either(2)")
