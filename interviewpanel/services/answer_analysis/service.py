"""`AnswerAnalysisService`: asks the language model, checks what it says against the transcript, computes the scores."""

from interviewpanel.services.answer_analysis.records import AnswerAnalysis, AnswerToAnalyse
from questionbank.engines.llm import LanguageModel


class AnswerAnalysisService:
    """Stateless but for its collaborators; one per process is enough."""

    def __init__(self, model: LanguageModel | None, *, nonce_key: bytes) -> None:
        self.model = model
        self.nonce_key = nonce_key

    @classmethod
    def from_settings(cls) -> "AnswerAnalysisService":
        """The service on the configured language model."""
        raise NotImplementedError

    def analyse(self, answer: AnswerToAnalyse, *, is_last_attempt: bool = False) -> AnswerAnalysis:
        """Score an answer.

        Raises ModelRetry when the model is there but failed this time; on the last attempt the embedded scorer
        answers instead, and says so.
        """
        raise NotImplementedError

    def score_provisionally(self, answer: AnswerToAnalyse) -> AnswerAnalysis:
        """The embedded scorer's view, in milliseconds and without any model: enough to choose the next question."""
        raise NotImplementedError
