"""What a rounded overall score means in words: grade, recommendation, the 0 to 10 scale.

Called by session_summary for the interview's overall, and through score_calculator by whoever shows one number.
"""

from interviewpanel.domain.scoring_terms import Recommendation

# Lower bounds, highest first; below the last one it is F, respectively no_hire (design: scores, "A session").
GRADES = ((95, "A+"), (90, "A"), (85, "B+"), (80, "B"), (70, "C"), (60, "D"))
LOWEST_GRADE = "F"
RECOMMENDATIONS = ((85, Recommendation.STRONG_HIRE), (75, Recommendation.HIRE), (60, Recommendation.CONSIDER))


def check_score(score: float, what: str = "score") -> float:
    """Return `score` if it is a number from 0 to 100, else raise ValueError. NaN fails both comparisons."""
    if not 0 <= score <= 100:
        raise ValueError(f"{what} is {score}, but scores go from 0 to 100. Pass None for what was not measured.")
    return score


def grade(score: int) -> str:
    """The school grade of a rounded overall score: 95 A+, 90 A, 85 B+, 80 B, 70 C, 60 D, else F."""
    check_score(score)
    return next((name for lowest, name in GRADES if score >= lowest), LOWEST_GRADE)


def recommendation(score: int) -> Recommendation:
    """The advice that goes with a rounded overall score: 85 strong_hire, 75 hire, 60 consider, else no_hire."""
    check_score(score)
    return next((advice for lowest, advice in RECOMMENDATIONS if score >= lowest), Recommendation.NO_HIRE)


def overall10(score: int) -> float:
    """The rounded overall score on the 0 to 10 scale, with one decimal: 87 is 8.7."""
    return round(check_score(score) / 10, 1)
