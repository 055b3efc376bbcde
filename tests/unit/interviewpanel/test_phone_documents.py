"""The documents that Twilio follows, whole."""

from xml.etree import ElementTree

from interviewpanel.engines.telephony import documents
from interviewpanel.engines.telephony.documents import Spoken, Voice, cut_text

VOICE = Voice("en-US", "Polly.Joanna-Neural")
HEAD = '<?xml version="1.0" encoding="UTF-8"?><Response>'
SAY = '<Say language="en-US" voice="Polly.Joanna-Neural">'


def test_a_question_is_said_within_reach_of_a_key() -> None:
    document = documents.say_and_wait(
        [Spoken("Tables & <rows>?")],
        VOICE,
        key_url="https://site/key/?said=1-2",
        next_url="https://site/said/?said=1-2",
    )
    assert document == (
        f'{HEAD}<Gather action="https://site/key/?said=1-2" finishOnKey="" input="dtmf" numDigits="1" timeout="1">'
        f"{SAY}Tables &amp; &lt;rows&gt;?</Say></Gather><Redirect>https://site/said/?said=1-2</Redirect></Response>"
    )


def test_where_the_sites_own_voice_has_said_it_that_is_played() -> None:
    document = documents.say_and_wait(
        [Spoken("Hello.", "https://site/a.wav?t=1&u=2"), Spoken("You?")], Voice("de-DE"), key_url="/k", next_url="/n"
    )
    assert document == (
        f'{HEAD}<Gather action="/k" finishOnKey="" input="dtmf" numDigits="1" timeout="1">'
        '<Play>https://site/a.wav?t=1&amp;u=2</Play><Say language="de-DE">You?</Say></Gather>'
        "<Redirect>/n</Redirect></Response>"
    )


def test_a_waiting_line_asks_every_ten_seconds_and_may_hear_a_word() -> None:
    assert documents.wait(VOICE, key_url="/k", next_url="/n") == (
        f'{HEAD}<Gather action="/k" finishOnKey="" input="dtmf" numDigits="1" timeout="10" />'
        "<Redirect>/n</Redirect></Response>"
    )
    assert documents.wait(VOICE, key_url="/k", next_url="/n", hears=True) == (
        f'{HEAD}<Gather action="/k" finishOnKey="" input="dtmf speech" language="en-US" numDigits="1" '
        'speechTimeout="auto" timeout="10" /><Redirect>/n</Redirect></Response>'
    )


def test_a_stream_is_begun_beside_what_is_said_with_its_token() -> None:
    document = documents.open_stream(
        VOICE, socket_url="wss://site/ws/phone/", token="once", key_url="/k", next_url="/n"
    )
    assert document == (
        f'{HEAD}<Start><Stream track="inbound_track" url="wss://site/ws/phone/"><Parameter name="token" value="once" />'
        '</Stream></Start><Gather action="/k" finishOnKey="" input="dtmf" numDigits="1" timeout="10" />'
        "<Redirect>/n</Redirect></Response>"
    )


def test_a_reply_is_a_key_or_a_word_and_silence_is_told_too() -> None:
    assert documents.ask([Spoken("Am I speaking with Priya?")], VOICE, reply_url="/r", hints="no, yes") == (
        f'{HEAD}<Gather action="/r" actionOnEmptyResult="true" hints="no, yes" input="dtmf speech" language="en-US" '
        f'numDigits="1" speechTimeout="auto" timeout="8">{SAY}Am I speaking with Priya?</Say></Gather></Response>'
    )


def test_a_pin_is_asked_for_in_every_language() -> None:
    spoken = [(Spoken("PIN?"), VOICE), (Spoken("Die PIN?"), Voice("de-DE"))]
    assert documents.ask_digits(spoken, count=9, reply_url="/p") == (
        f'{HEAD}<Gather action="/p" actionOnEmptyResult="true" input="dtmf" numDigits="9" timeout="8">'
        f'{SAY}PIN?</Say><Say language="de-DE">Die PIN?</Say></Gather></Response>'
    )


def test_an_answer_is_recorded_behind_its_question_up_to_a_silence_or_a_key() -> None:
    document = documents.record_answer(
        [Spoken("Tables?")], VOICE, action_url="/a?b=1&c=2", report_url="/r", silence_seconds=10, longest_seconds=300
    )
    assert document == (
        f'{HEAD}{SAY}Tables?</Say><Record action="/a?b=1&amp;c=2" finishOnKey="1234567890*#" maxLength="300" '
        'playBeep="true" recordingStatusCallback="/r" recordingStatusCallbackEvent="completed absent" timeout="10" '
        'trim="do-not-trim" /><Redirect>/a?b=1&amp;c=2</Redirect></Response>'
    )
    assert documents.say_and_go_on([Spoken("Hm.")], VOICE, next_url="/n", pause_seconds=1) == (
        f'{HEAD}{SAY}Hm.</Say><Pause length="1" /><Redirect method="POST">/n</Redirect></Response>'
    )


def test_the_last_words_end_the_call() -> None:
    assert documents.say_and_hang_up([(Spoken("Goodbye."), VOICE)]) == (
        f"{HEAD}{SAY}Goodbye.</Say><Hangup /></Response>"
    )


def test_a_long_text_is_cut_at_its_sentences_and_none_is_lost() -> None:
    sentence = "Nothing of it may be lost. "
    pieces = cut_text(sentence * 300)
    assert [len(piece) <= 3000 for piece in pieces] == [True] * 3
    assert " ".join(pieces) == (sentence * 300).strip()
    assert cut_text("word " * 1000)[0].endswith("word")
    assert [len(piece) for piece in cut_text("x" * 3500)] == [3000, 500]
    assert cut_text("  ") == []


def test_what_is_agreed_to_is_read_out_with_an_ear_for_keys_and_words_answer_the_question_alone() -> None:
    document = documents.read_and_ask(
        [(Spoken("First."), "/read?paragraph=0"), (Spoken("Second."), "/read?paragraph=1")],
        Spoken("Do you agree?"),
        VOICE,
        reply_url="/r",
        hints="no, yes",
    )
    keys = 'finishOnKey="" input="dtmf" numDigits="1" timeout="1"'
    assert document == (
        f'{HEAD}<Gather action="/read?paragraph=0" {keys}>{SAY}First.</Say></Gather>'
        f'<Gather action="/read?paragraph=1" {keys}>{SAY}Second.</Say></Gather>'
        '<Gather action="/r" actionOnEmptyResult="true" hints="no, yes" input="dtmf speech" language="en-US" '
        f'numDigits="1" speechTimeout="auto" timeout="8">{SAY}Do you agree?</Say></Gather></Response>'
    )


def test_where_no_word_is_to_be_heard_only_a_key_is_asked_for() -> None:
    assert documents.ask([Spoken("Press 9 now.")], VOICE, reply_url="/r", hears=False) == (
        f'{HEAD}<Gather action="/r" actionOnEmptyResult="true" input="dtmf" numDigits="1" timeout="8">'
        f"{SAY}Press 9 now.</Say></Gather></Response>"
    )


def test_what_xml_cannot_hold_is_not_said() -> None:
    document = documents.say_and_hang_up([(Spoken("What\x0bdoes\x00 \ufffe\ud800grün 🙂\x1f cost?\x08"), VOICE)])
    said = ElementTree.fromstring(document).findtext("Say") or ""
    assert said.split() == ["What", "does", "grün", "🙂", "cost?"]
    assert cut_text("\x00\x1f") == []
