"""Captions: what they look like as a file, where they are cut, and that nothing said can break them."""

import itertools

from interviewpanel.domain.captions import (
    MIDDLE,
    TOP,
    Cue,
    Observation,
    SpokenWord,
    find_origins,
    make_cues,
    make_question_cue,
    move_words,
    spread_words,
    write_webvtt,
)


def say(text: str, start: float = 0.0, pace: float = 0.4) -> list[SpokenWord]:
    """A word every `pace` seconds, each ending a little before the next."""
    return [
        SpokenWord(f" {word}", round(start + place * pace, 3), round(start + (place + 1) * pace - 0.05, 3))
        for place, word in enumerate(text.split())
    ]


def test_a_file_of_two_cues() -> None:
    cues = [Cue(61.5, 3723.042, "second"), Cue(0.25, 1.5, "What is an index?", TOP)]
    assert write_webvtt(cues) == (
        "WEBVTT\n\n"
        "1\n00:00:00.250 --> 00:00:01.500 line:0\nWhat is an index?\n\n"
        "2\n00:01:01.500 --> 01:02:03.042\nsecond\n"
    )


def test_no_captions_are_a_valid_file() -> None:
    assert write_webvtt(make_cues([], 10.0)) == "WEBVTT\n"


def test_what_was_said_cannot_be_a_tag_or_end_a_cue() -> None:
    text = write_webvtt([Cue(0, 1, "a < b && c\n\n00:00 --> 00:09\n<script>")])
    assert text == (
        "WEBVTT\n\n1\n00:00:00.000 --> 00:00:01.000\na &lt; b &amp;&amp; c\n00:00 --&gt; 00:09\n&lt;script&gt;\n"
    )


def test_a_short_sentence_is_one_cue_that_stays_long_enough_to_be_read() -> None:
    assert make_cues(say("I would index it.", pace=0.1), 9.0) == [Cue(0.0, 1.0, "I would index it.")]
    assert make_cues(say("Yes."), 9.0, MIDDLE) == [Cue(0.0, 1.0, "Yes.", MIDDLE)]


def test_a_cue_never_outlasts_the_recording_or_covers_the_next_one() -> None:
    words = [SpokenWord(" Yes.", 0.0, 0.2), SpokenWord(" Sure.", 1.1, 1.3), SpokenWord(" So.", 4.0, 4.2)]
    assert make_cues(words, 4.3) == [Cue(0.0, 1.0, "Yes."), Cue(1.1, 2.1, "Sure."), Cue(4.0, 4.3, "So.")]
    close = [SpokenWord(" Yes.", 0.0, 0.05), SpokenWord(" Sure.", 0.9, 1.3)]
    assert [cue.end_seconds for cue in make_cues(close, 5.0)] == [0.9, 1.9]


def test_a_pause_begins_a_new_cue() -> None:
    cues = make_cues([*say("first the plan"), *say("then the index", start=3.0)], 10.0)
    assert [(cue.start_seconds, cue.text) for cue in cues] == [(0.0, "first the plan"), (3.0, "then the index")]


def test_a_long_answer_is_cut_into_readable_pieces_and_loses_no_word() -> None:
    said = "A query has become slow so I look at the plan before I change anything. " * 12
    cues = make_cues(say(said, pace=0.3), 1000.0)
    assert " ".join(" ".join(cue.text.split()) for cue in cues) == said.strip()
    lines = [cue.text.split("\n") for cue in cues]
    assert max(len(one) for one in lines) == 2
    assert max(len(line) for one in lines for line in one) <= 42
    assert max(cue.end_seconds - cue.start_seconds for cue in cues) <= 7.0
    assert all(a.end_seconds <= b.start_seconds for a, b in itertools.pairwise(cues))


def test_words_of_a_language_without_spaces_are_not_given_any() -> None:
    words = [SpokenWord("索引", 0.0, 0.4), SpokenWord("很", 0.4, 0.5), SpokenWord("快", 0.5, 0.8)]
    assert make_cues(words, 5.0) == [Cue(0.0, 1.0, "索引很快")]


def test_words_without_times_share_those_of_their_segment() -> None:
    assert spread_words("an index ok", 2.0, 6.5) == [
        SpokenWord(" an", 2.0, 3.0),
        SpokenWord(" index", 3.0, 5.5),
        SpokenWord(" ok", 5.5, 6.5),
    ]
    assert spread_words("  ", 2.0, 6.5) == []


def test_the_question_stands_until_the_candidate_talks() -> None:
    words = say("well", start=15.0)
    assert make_question_cue("What\nis it?", 10.0, words, 60.0) == Cue(10.0, 15.0, "What is it?", TOP)
    at_once, never = say("well", start=10.2), say("")
    assert make_question_cue("What?", 10.0, at_once, 60.0).end_seconds == 13.0
    assert make_question_cue("What?", 10.0, never, 60.0).end_seconds == 20.0
    assert make_question_cue("What?", 10.0, never, 12.0).end_seconds == 12.0


def test_words_before_a_recording_began_have_no_place_in_it() -> None:
    assert [word.start_seconds for word in move_words(say("one two three", pace=1.0), -1.5)] == [0.5]


def test_the_origin_of_a_steady_answer_is_where_it_began() -> None:
    # Three stretches of 10 s of an answer that began at 100, stored 0.2, 0.5 and 0.1 s late.
    stored = [Observation(10, 110.2), Observation(20, 120.5), Observation(30, 130.1)]
    assert [round(one, 3) for one in find_origins(stored)] == [100.1, 100.1, 100.1]


def test_an_outage_moves_no_words_and_a_pause_moves_those_after_it() -> None:
    outage = [Observation(10, 110), Observation(20, 140), Observation(30, 141), Observation(40, 142)]
    assert find_origins(outage) == [100, 102, 102, 102]
    pause = [Observation(10, 110), Observation(20, 180), Observation(30, 190)]
    assert find_origins(pause) == [100, 160, 160]
