"""`AnswerAnalysisService`: asks the language model, checks what it says against the transcript, computes the scores."""

from collections.abc import Sequence

from django.conf import settings

from interviewpanel.services.answer_analysis.coverage import analyse_by_coverage
from interviewpanel.services.answer_analysis.prompts import (
    build_prompt,
    hash_input,
    list_criteria,
    make_nonce,
    make_seed,
    shuffle_order,
)
from interviewpanel.services.answer_analysis.records import (
    AnswerAnalysis,
    AnswerToAnalyse,
    CriterionState,
    CriterionToRate,
)
from interviewpanel.services.answer_analysis.replies import AnswerReply, check_ratings
from interviewpanel.services.answer_analysis.summaries import Rating, flag_instructions, summarise_rating
from questionbank.engines.llm import (
    Completion,
    LanguageModel,
    ModelError,
    ModelRefused,
    ModelRetry,
    ModelUnavailable,
    load_language_model,
)

TOKENS_PER_CRITERION = 160
TOKENS_FOR_THE_REST = 900


class AnswerAnalysisService:
    """Stateless but for its collaborators; one per process is enough."""

    def __init__(self, model: LanguageModel | None, *, nonce_key: bytes) -> None:
        """`nonce_key` is a secret: from it come the marks around the quoted answer, which nobody may guess."""
        self.model = model
        self.nonce_key = nonce_key

    @classmethod
    def from_settings(cls) -> "AnswerAnalysisService":
        """The service on the configured language model."""
        return cls(load_language_model(), nonce_key=settings.SECRET_KEY.encode())

    def analyse(self, answer: AnswerToAnalyse, *, is_last_attempt: bool = False) -> AnswerAnalysis:
        """Score an answer by the language model, or by the embedded scorer where none is reachable, and say which.

        Raises ModelRetry when the model is there but failed this time (put the work back); on the last attempt the
        embedded scorer answers instead. An empty transcript is "insufficient evidence" without asking anybody: whether
        silence counts 0 is for the caller, who knows whether the microphone worked.
        """
        if not answer.transcript.strip():
            return self.score_provisionally(answer)
        if self.model is None:
            return self._fall_back(answer, "no language model is configured.")
        if not self.model.is_reachable():
            return self._fall_back(answer, f"{self.model.engine} ({self.model.model}) cannot be reached.")
        try:
            rating = self._rate(self.model, answer)
        except (ModelUnavailable, ModelRefused) as error:
            return self._fall_back(answer, str(error))
        except ModelRetry as error:
            if not is_last_attempt:
                raise
            return self._fall_back(answer, str(error))
        return summarise_rating(answer, rating)

    def score_provisionally(self, answer: AnswerToAnalyse) -> AnswerAnalysis:
        """The embedded scorer's view, in milliseconds and without any model: enough to choose the next question."""
        return flag_instructions(answer, analyse_by_coverage(answer))

    def _fall_back(self, answer: AnswerToAnalyse, reason: str) -> AnswerAnalysis:
        return flag_instructions(answer, analyse_by_coverage(answer, fallback_reason=reason))

    def _rate(self, model: LanguageModel, answer: AnswerToAnalyse) -> Rating:
        """Ask for all criteria, then once more for those whose quote is not in the transcript."""
        criteria = list_criteria(answer)
        seed = make_seed(hash_input(answer))
        order = shuffle_order(len(criteria), seed)
        first = self._ask(model, answer, [criteria[place] for place in order], seed, is_recheck=False)
        rated = check_ratings(criteria, order, first.value, answer.transcript)
        completions = [first]
        void = [place for place in order if rated[place].state is CriterionState.VOID]
        if void:
            try:
                again = self._ask(model, answer, [criteria[place] for place in void], seed + 1, is_recheck=True)
            except ModelError:
                pass  # the void ones stay void; the others are worth keeping
            else:
                completions.append(again)
                rated |= check_ratings(criteria, void, again.value, answer.transcript)
        return Rating(tuple(rated[place] for place in range(len(criteria))), first.value, tuple(completions))

    def _ask(
        self,
        model: LanguageModel,
        answer: AnswerToAnalyse,
        criteria: Sequence[CriterionToRate],
        seed: int,
        *,
        is_recheck: bool,
    ) -> Completion[AnswerReply]:
        nonce = make_nonce(self.nonce_key, hash_input(answer))
        prompt = build_prompt(answer, criteria, nonce, is_recheck=is_recheck)
        max_tokens = TOKENS_PER_CRITERION * len(criteria) + TOKENS_FOR_THE_REST
        return model.complete(prompt.user, AnswerReply, system=prompt.system, seed=seed, max_tokens=max_tokens)
