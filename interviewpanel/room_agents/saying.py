"""What of the protocol's messages is said aloud and written in the chat, and when speech gives way. A part of RoomDoor.

A client with a screen draws the messages themselves; who only hears, or has only a chat, misses nothing that matters.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from interviewpanel.domain.consent import ConsentText
from interviewpanel.domain.protocol import ClientMessage
from interviewpanel.domain.states import SessionStatus
from interviewpanel.room_agents.phrases import write_phrase, write_queue
from interviewpanel.room_agents.speaking import Speaker, Utterance

SPOKEN_NOTICES = frozenset({"are_you_there", "cannot_hear_you", "slow_network"})


class Saying:
    """`take` is how the door says something to the interview in the candidate's place: that they have heard."""

    def __init__(
        self,
        speaker: Speaker,
        chat: Callable[[str], None],
        take: Callable[[ClientMessage], Awaitable[None]],
        consent: ConsentText,
    ) -> None:
        self._speaker, self._chat, self._take, self._consent = speaker, chat, take, consent
        self._language = consent.language
        self._has_state = False
        self._question: tuple[int, str] | None = None  # the event's number, the words as they were said last
        self._queue_said = ""
        self._is_asking = False  # the question is to be read aloud, or is just being read …
        self._is_read = False  # … and this is so

    @property
    def is_listening(self) -> bool:
        """False while something else is said before the question: what the candidate says to that is no answer."""
        return self._is_read or not self._is_asking

    def write_consent(self) -> dict[str, object]:
        """To be agreed to: the text that was written in the chat, and no other."""
        consent = self._consent
        return {
            "accepted": True,
            "document_version": consent.version,
            "language": consent.language,
            "hash": consent.hash,
        }

    def show_consent_again(self, consent: ConsentText) -> None:
        """Its text has changed since it was shown: what was agreed to does not hold. Each text is shown once."""
        if consent.hash == self._consent.hash:
            return
        self._consent = consent
        self._say(write_phrase("consent_changed", self._language))
        self._chat(write_phrase("consent_chat", self._language, text=consent.text))

    def heed(self, message: Mapping[str, Any]) -> None:
        """Anything that was told to the candidate's client."""
        handler = getattr(self, f"_heed_{message['type']}", None)
        if handler is not None:
            handler(message)

    async def note_taken(self, message: ClientMessage) -> None:
        """The candidate has asked for something that only a voice can do."""
        if message.type == "repeat_question" and self._question is not None:
            # Who listens is silent: that is no end of the answer.
            await self._take(ClientMessage("need_time", "repeat"))
            self._ask()
        elif message.type in ("end_turn", "skip_question", "answer_text"):
            self._stop_asking()

    def _ask(self) -> None:
        if self._question is not None:
            sequence, text = self._question
            self._is_asking, self._is_read = True, False
            heard = partial(self._note_heard, sequence)
            self._speaker.say(Utterance(text, begin=self._note_read, then=heard))

    def _note_read(self) -> None:
        self._is_read = True

    async def _note_heard(self, sequence: int) -> None:
        self._is_asking = False
        await self._take(ClientMessage("playback_finished", fields={"sequence": sequence}))

    def _stop_asking(self) -> None:
        if self._is_asking:
            self._is_asking = False
            self._speaker.stop()

    def _say(self, text: str) -> None:
        self._chat(text)
        self._speaker.say(Utterance(text))

    # --- By the type of what was told ------------------------------------------------------------------------------

    def _heed_session_state(self, message: Mapping[str, Any]) -> None:
        if self._has_state:
            return
        self._has_state = True
        question = message["question"]
        if message["status"] == SessionStatus.PENDING:
            self._chat(write_phrase("consent_chat", self._language, text=self._consent.text))
            self._speaker.say(Utterance(write_phrase("consent", self._language)))
            if message["queue"] is not None:
                self._heed_queue(message["queue"])
        elif question is not None:
            text = question.get("rephrased") or question["message"]
            self._question = (question["sequence"], text)
            self._chat(text)
            if message["heard"] is None:  # nothing was said yet: it may not have been heard either
                self._ask()
            else:
                self._speaker.say(Utterance(write_phrase("back", self._language)))

    def _heed_queue(self, message: Mapping[str, Any]) -> None:
        """Who only hears must know that somebody is there, and how long it takes."""
        text = write_queue(message, self._language)
        if text != self._queue_said:
            self._queue_said = text
            self._say(text)

    def _heed_greeting(self, message: Mapping[str, Any]) -> None:
        self._say(message["message"])

    def _heed_next_question(self, message: Mapping[str, Any]) -> None:
        self._question = (message["sequence"], message["message"])
        self._chat(message["message"])
        self._ask()

    def _heed_question_rephrased(self, message: Mapping[str, Any]) -> None:
        if self._question is not None:
            self._stop_asking()
            self._question = (self._question[0], message["message"])
            self._chat(message["message"])
            self._ask()

    def _heed_turn_update(self, message: Mapping[str, Any]) -> None:
        """The candidate talks over the question, or their turn is over: the interviewer gives way."""
        if message["state"] in ("speaking", "closed"):
            self._stop_asking()
        if message["state"] == "closed":
            self._question = None

    def _heed_paused(self, message: Mapping[str, Any]) -> None:
        self._speaker.stop()
        self._is_asking = False
        if message["reason"] != "are_you_there":  # which is said by its notice
            self._say(write_phrase("paused", self._language))

    def _heed_resumed(self, message: Mapping[str, Any]) -> None:
        self._say(write_phrase("resumed", self._language))

    def _heed_notice(self, message: Mapping[str, Any]) -> None:
        if message["code"] in SPOKEN_NOTICES:
            self._say(write_phrase(message["code"], self._language))

    def _heed_error(self, message: Mapping[str, Any]) -> None:
        """Of what was written in the chat; a client of its own says its errors itself."""
        if message["re"] == "chat" and message["code"] != "consent.version":  # which is said in words of its own
            self._chat(write_phrase("refused", self._language, reason=message["message"]))

    def _heed_interview_completed(self, message: Mapping[str, Any]) -> None:
        self._speaker.stop()
        self._say(f"{message['message']} {message['what_next']}".strip())
