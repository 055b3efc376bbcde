"""Words of an answer that talk to the grader. Called by service.py and summaries.py.

Such words neither lower nor raise a score. A number of the embedded scorer, which reads no instructions, stands and is
flagged; one of a language model does not count before a person has looked (summaries.py).
"""

from dataclasses import replace

from interviewpanel.services.answer_analysis.records import AnswerAnalysis, AnswerToAnalyse
from questionbank.domain.instructions import find_instructions

FLAG = "possible_instruction"
BACKGROUND_FLAG = "resume_instruction"
BACKGROUND_LEFT_OUT = (
    "The résumé holds words that read like instructions to the grader. Nothing of it was shown to the language model."
)
MOST_SHOWN = 3
LONGEST_SHOWN = 160


def list_barred(answer: AnswerToAnalyse) -> tuple[tuple[int, int], ...]:
    """The stretches of the transcript that are no evidence of anything."""
    return tuple((place.start, place.end) for place in find_instructions(answer.transcript))


def explain_instructions(answer: AnswerToAnalyse) -> str:
    """The sentence for the reviewer, with the words; empty where there are none."""
    found = find_instructions(answer.transcript)
    if not found:
        return ""
    quotes = "; ".join(f"“{place.text.strip()[:LONGEST_SHOWN]}”" for place in found[:MOST_SHOWN])
    return f"Parts of the answer read like instructions to the grader; they were treated as data: {quotes}."


def leave_out_background(answer: AnswerToAnalyse) -> AnswerToAnalyse:
    """The answer without a background that reads like instructions: no model gets to see it."""
    if not find_instructions(answer.background):
        return answer
    return replace(answer, background="", background_flags=(*answer.background_flags, BACKGROUND_FLAG))


def flag_background(answer: AnswerToAnalyse, analysis: AnswerAnalysis) -> AnswerAnalysis:
    """The analysis with what the reviewer is to know of the résumé. Neither score nor state changes."""
    said = (BACKGROUND_LEFT_OUT,) if BACKGROUND_FLAG in answer.background_flags else ()
    return replace(
        analysis,
        flags=(*analysis.flags, *answer.background_flags),
        review_reasons=(*analysis.review_reasons, *said),
    )


def flag_instructions(answer: AnswerToAnalyse, analysis: AnswerAnalysis) -> AnswerAnalysis:
    """The embedded scorer's analysis with the flag, where there are such words. Neither score nor state changes."""
    said = explain_instructions(answer)
    if not said:
        return analysis
    return replace(analysis, flags=(*analysis.flags, FLAG), review_reasons=(*analysis.review_reasons, said))
