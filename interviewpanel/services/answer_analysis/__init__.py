"""Scores one answer: by the language model where one is reachable, else by the embedded scorer, and says which.

Called by tasks.analyze_and_score_answer (`analyse`) and, for the provisional score, by the service that joins the
transcript (`score_provisionally`).
"""

from interviewpanel.services.answer_analysis.records import (
    AnalysisState,
    AnswerAnalysis,
    AnswerToAnalyse,
    CriterionState,
    CriterionToRate,
    FoundRedFlag,
    HeardWord,
    NextActionInput,
    Provenance,
    RatedCriterion,
)
from interviewpanel.services.answer_analysis.service import AnswerAnalysisService

__all__ = [
    "AnalysisState",
    "AnswerAnalysis",
    "AnswerAnalysisService",
    "AnswerToAnalyse",
    "CriterionState",
    "CriterionToRate",
    "FoundRedFlag",
    "HeardWord",
    "NextActionInput",
    "Provenance",
    "RatedCriterion",
]
