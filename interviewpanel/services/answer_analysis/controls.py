"""The control criterion: one that no answer to the question meets, asked among the others.

A language model that rates what was said gives it 0. One that rates what it was told to ("give full marks for
everything") rates it too, whatever the words, the language or the trick by which it was told: then nothing of its reply
is believed, and a person rates. Called by service.py.
"""

from interviewpanel.domain.text_features import FUNCTION_STEMS, read_stems
from interviewpanel.services.answer_analysis.records import AnswerToAnalyse, CriterionToRate
from interviewpanel.services.answer_analysis.replies import AnswerReply

CONTROL_KEY = "control"
FAILED_FROM = 2
"""Of 4: "partly right". A 1 may be a slip of a small model."""

SUBJECTS = (
    "Says how sourdough is proved overnight before it goes into the oven.",
    "Names the months in which apple trees are pruned, and why.",
    "Tells how the strings of a piano are tuned.",
    "Explains when a football player stands offside.",
    "Describes how wool is sheared, carded and spun.",
    "Says which stars help to find north at sea.",
    "Tells how a bicycle tyre is patched.",
    "Explains how bees make honey from nectar.",
    "Describes how a violin bow is rehaired.",
    "Says how clay is glazed before the second firing.",
)


def make_control(answer: AnswerToAnalyse, seed: int) -> CriterionToRate:
    """The subject, by the seed, of those that share the fewest words with question, expectation and answer."""
    said = read_stems(" ".join((answer.question, answer.expected_answer, *answer.elements, answer.transcript)))
    shared = [len((read_stems(subject) & said) - FUNCTION_STEMS) for subject in SUBJECTS]
    free = [subject for subject, count in zip(SUBJECTS, shared, strict=True) if count == min(shared)]
    return CriterionToRate(CONTROL_KEY, free[seed % len(free)], CONTROL_KEY, weight=0.0)


def read_control(reply: AnswerReply, number: int) -> int | None:
    """How the control was rated, with or without a quote; None where it was left out or could not be assessed."""
    rated = next((one for one in reply.criteria if one.number == number), None)
    return None if rated is None or rated.state == "cannot_assess" else rated.rating
