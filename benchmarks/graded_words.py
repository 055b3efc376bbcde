"""The words in the JSON files that say how the coefficients came about. Called by fit_embedded_scorer."""

from collections.abc import Sequence


def describe_method(technical: Sequence[str], relevance: Sequence[str]) -> dict[str, str]:
    return {
        "technical": "Ridge (closed form, features and grades centred within each question) on "
        f"{', '.join(technical)}; rising map by pool-adjacent-violators on the SAF grades, averaged in ten steps.",
        "relevance": "The same on " + ", ".join(relevance) + "; the target is whether an answer belongs "
        "to this question or to another of its corpus.",
        "point": "Rising map from how a reference of one point is covered (SciEntsBank and Beetle) to the share "
        "called right; at run time the credit of each expected element. Where elements are listed, technical is "
        "joined of the value above and their credits as expected_points.py says.",
        "anchors": "Beside the graded answers: answers to another question of the corpus (graded 0), the question "
        "itself as an answer (0) and the reference as an answer (1), with the shares in `weights`.",
        "split": "By question text, 22 folds: a question, its answers and their word counts are on one side only.",
        "limits": "Coverage, not truth: a negated reference scores high. Written student answers in English, "
        "graded generously: half of the expected words already come near 95.",
    }
