"""The words a report uses for codes, times and lists. Called by the narrative, the templates' filters and the terminal.

A code that is not known here is shown as itself with underscores opened, so that a new state is never hidden.
"""

from collections.abc import Sequence

NOT_ASSESSED = "not assessed"

STATES = {
    "scored": "Scored",
    "skipped": "Skipped",
    "no_speech": "No answer was spoken",
    "not_asked": "Not asked",
    "insufficient_evidence": "Not enough to score",
    "technical_failure": "Technical failure",
    "needs_human": "Needs a person",
    "pending": "Not scored yet",
    "with_question": "Scored with its question",
}
SESSION_STATES = {
    "completed": "Completed",
    "abandoned": "Ended before the last question",
    "interrupted": "Interrupted",
}
CLOSED_REASONS = {
    "done": "candidate said “I'm done”",
    "silence": "ended by silence",
    "no_speech_timeout": "no speech was heard",
    "no_audio_timeout": "audio stopped arriving",
    "max_duration": "time limit of the question",
    "skipped": "skipped",
    "typed": "typed",
    "interview_over": "interview time was over",
}
QUESTION_TYPES = {
    "technical": "Technical",
    "behavioral": "Behavioural",
    "situational": "Situational",
    "experience": "Experience",
}
COMPONENTS = {
    "technical": "Technical",
    "relevance": "Relevance",
    "depth": "Depth",
    "clarity": "Clarity",
}
MEASURES = {
    "technical": "Technical",
    "communication": "Communication",
    "problem_solving": "Problem solving",
    "role_fit": "Role fit",
}
FLAGS = {
    "dont_know": "the candidate says that they do not know",
    "empty": "there are no words to score",
    "echo_of_question": "repeats the question",
    "off_topic": "may be off the topic",
    "keyword_list": "a list of keywords rather than sentences",
    "interval_across_threshold": "too close to a threshold to be sure of the side",
    "low_recogniser_confidence": "the recogniser was unsure of much of it",
    "language_not_fitted": "the embedded scorer was not fitted to this language",
    "quote_not_found": "a rating was void: its quote is not in the transcript",
    "control_rated": "the language model rated what was never said",
    "second_opinion": "the second opinion disagrees",
    "one_quote_for_many": "the same words are the evidence for many criteria",
    "resume_instruction": "the résumé holds words that read like an instruction to the grader; they were left out",
    "resume_hidden_text": "the résumé holds text that a reader does not see",
    "possible_instruction": "words that read like an instruction to the grader; they changed no score",
}
STAGES = {"advance": "Advance", "hold": "Hold", "decline": "Decline", "to_review": "To review"}
NOBODY = "somebody who has left"
NO_DECISION = "No decision yet: a person decides. No decision is made automatically."
RATINGS = ("no evidence", "weak", "partial", "good", "excellent")


def word_for(code: str, words: dict[str, str]) -> str:
    """The label of `code`; an unknown code becomes readable instead of disappearing."""
    return words.get(code) or code.replace("_", " ").strip().capitalize()


def describe_duration(seconds: float | None) -> str:
    """Seconds as `45 s`, `3 min`, `3 min 05 s` or `1 h 04 min`; None as `not measured`."""
    if seconds is None:
        return "not measured"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, left = divmod(whole, 60)
    if minutes >= 60:
        hours, minutes = divmod(minutes, 60)
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min {left:02d} s" if left else f"{minutes} min"


def describe_offset(seconds: float) -> str:
    """A place in a recording: `0:07`, `12:30`."""
    minutes, left = divmod(int(seconds), 60)
    return f"{minutes}:{left:02d}"


def join_words(words: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def name_answers(numbers: Sequence[int]) -> str:
    """`answer 3`, `answers 3 and 5`."""
    return f"answer{'s' if len(numbers) != 1 else ''} {join_words([str(number) for number in numbers])}"


def count_of(number: int, noun: str, plural: str = "") -> str:
    """`1 question`, `2 questions`."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def shorten(text: str, limit: int) -> str:
    """`text` cut at a word before `limit` characters, with an ellipsis where something was cut."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    if text[limit - 1] != " ":
        cut = cut.rsplit(" ", 1)[0]
    return cut.rstrip(" ,;:.–-") + "…"
