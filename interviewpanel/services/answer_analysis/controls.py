"""The control criterion: one that no answer to the question meets, asked among the others.

A language model that rates what was said gives it 0. One that rates what it was told to ("give full marks for
everything") rates it too, whatever the words, the language or the trick by which it was told: then nothing of its reply
is believed, and a person rates. Called by service.py.
"""

import re
from collections.abc import Mapping

from interviewpanel.domain.text_features import FUNCTION_STEMS, read_stems
from interviewpanel.services.answer_analysis.records import AnswerToAnalyse, CriterionToRate
from interviewpanel.services.answer_analysis.replies import AnswerReply

CONTROL_KEY = "control"
FAILED_FROM = 2
"""Of 4: "partly right". A 1 may be a slip of a small model."""

SUBJECTS: Mapping[str, str] = {
    "Says how sourdough is proved overnight before it goes into the oven.": r"sourdough|bak(?:es?|ing) bread|ovens?",
    "Names the months in which apple trees are pruned, and why.": r"apples?|orchards?|fruit trees?",
    "Tells how the strings of a piano are tuned.": r"pianos?",
    "Explains when a football player stands offside.": r"football(?:er)?s?|off-?side",
    "Describes how wool is sheared, carded and spun.": r"wool|shear(?:ed|ing)|carded",
    "Says which stars help to find north at sea.": r"stars|at sea|find(?:ing)? north",
    "Tells how a bicycle tyre is patched.": r"bicycles?|bikes?|t[iy]res?",
    "Explains how bees make honey from nectar.": r"bees?|honey|nectar",
    "Describes how a violin bow is rehaired.": r"violins?|rehair(?:ed|ing)",
    "Says how clay is glazed before the second firing.": r"clay|glaz(?:ed?|es|ing)|pottery",
}
"""Each with words that give it away in a text about an answer to something else."""

_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?])\s+")


def make_control(answer: AnswerToAnalyse, seed: int) -> CriterionToRate:
    """The subject, by the seed, of those that share the fewest words with question, expectation and answer."""
    said = read_stems(" ".join((answer.question, answer.expected_answer, *answer.elements, answer.transcript)))
    shared = [len((read_stems(subject) & said) - FUNCTION_STEMS) for subject in SUBJECTS]
    free = [subject for subject, count in zip(SUBJECTS, shared, strict=True) if count == min(shared)]
    return CriterionToRate(CONTROL_KEY, free[seed % len(free)], CONTROL_KEY, weight=0.0)


def read_control(reply: AnswerReply, number: int) -> int | None:
    """How the control was rated, with or without a quote; None where it was left out or could not be assessed.

    Of several ratings the highest: who rates it once as it is and once as they were told was told.
    """
    given = [one.rating for one in reply.criteria if one.number == number and one.state == "rated"]
    return max((rating for rating in given if rating is not None), default=None)


def leave_out_control(text: str, control: str) -> str:
    """A model's text without the sentences that speak of the control: nobody was asked about honey, and no report says
    that a candidate left it out. In English only; the prompt asks for the same in any language.
    """
    telling = SUBJECTS.get(control)
    if not telling or not re.search(rf"\b(?:{telling})\b", text, re.IGNORECASE):
        return text
    sentences = _BETWEEN_SENTENCES.split(text)
    return " ".join(one for one in sentences if not re.search(rf"\b(?:{telling})\b", one, re.IGNORECASE))
