"""`AnswerAnalysisService`: asks the language model, checks what it says against the transcript, computes the scores."""

import uuid
from collections.abc import Sequence

from django.conf import settings

from interviewpanel.engines.embeddings import find_embedding_model
from interviewpanel.services.answer_analysis.controls import make_control, read_control
from interviewpanel.services.answer_analysis.coverage import analyse_by_coverage
from interviewpanel.services.answer_analysis.instructions import (
    flag_background,
    flag_instructions,
    leave_out_background,
    list_barred,
)
from interviewpanel.services.answer_analysis.prompts import (
    build_prompt,
    hash_input,
    list_criteria,
    shuffle_order,
)
from interviewpanel.services.answer_analysis.records import (
    AnswerAnalysis,
    AnswerToAnalyse,
    CriterionState,
    CriterionToRate,
)
from interviewpanel.services.answer_analysis.replies import AnswerReply, Heard, check_ratings
from interviewpanel.services.answer_analysis.summaries import Rating, summarise_rating
from questionbank.domain.model_purposes import Purpose
from questionbank.domain.quoted_data import make_nonce, make_seed
from questionbank.engines.llm import (
    Completion,
    LanguageModel,
    ModelError,
    ModelRefused,
    ModelRetry,
    ModelUnavailable,
)
from questionbank.services.model_calls import load_recorded_model

TOKENS_PER_CRITERION = 160
TOKENS_FOR_THE_REST = 900


class AnswerAnalysisService:
    """Stateless but for its collaborators; one per process is enough."""

    def __init__(self, model: LanguageModel | None, *, nonce_key: bytes) -> None:
        """`nonce_key` is a secret: from it come the marks around the quoted answer, which nobody may guess."""
        self.model = model
        self.nonce_key = nonce_key

    @classmethod
    def from_settings(cls, *, organization_id: int, interview: uuid.UUID | None = None) -> "AnswerAnalysisService":
        """The service on the configured language model; its calls are written down for the organization."""
        model = load_recorded_model(Purpose.SCORE, organization_id=organization_id, interview=interview)
        return cls(model, nonce_key=settings.SECRET_KEY.encode())

    def analyse(self, answer: AnswerToAnalyse, *, is_last_attempt: bool = False) -> AnswerAnalysis:
        """Score an answer by the language model, or by the embedded scorer where none is reachable, and say which.

        Raises ModelRetry when the model is there but failed this time (put the work back); on the last attempt the
        embedded scorer answers instead. An empty transcript is "insufficient evidence" without asking anybody: whether
        silence counts 0 is for the caller, who knows whether the microphone worked.
        """
        answer = leave_out_background(answer)
        return flag_background(answer, self._analyse(answer, is_last_attempt=is_last_attempt))

    def _analyse(self, answer: AnswerToAnalyse, *, is_last_attempt: bool) -> AnswerAnalysis:
        if not answer.transcript.strip():
            return self.measure_coverage(answer)
        if self.model is None:
            return self.fall_back(answer, "no language model is configured.")
        if not self.model.is_reachable():
            return self.fall_back(answer, f"{self.model.engine} ({self.model.model}) cannot be reached.")
        try:
            rating = self._rate(self.model, answer)
        except (ModelUnavailable, ModelRefused) as error:
            return self.fall_back(answer, str(error))
        except ModelRetry as error:
            if not is_last_attempt:
                raise
            return self.fall_back(answer, str(error))
        return summarise_rating(answer, rating)

    def score_provisionally(self, answer: AnswerToAnalyse) -> AnswerAnalysis:
        """The embedded scorer's view by stems, in milliseconds: enough to choose the next question.

        The session's row is locked meanwhile, and five minutes of speech take an embedding model 200 ms.
        """
        return flag_instructions(answer, analyse_by_coverage(answer))

    def measure_coverage(self, answer: AnswerToAnalyse) -> AnswerAnalysis:
        """The embedded scorer's view, by vectors too where this process has a model. No fallback for anything."""
        return flag_instructions(answer, analyse_by_coverage(answer, model=find_embedding_model()))

    def fall_back(self, answer: AnswerToAnalyse, reason: str) -> AnswerAnalysis:
        """By the embedded scorer, which says why."""
        coverage = analyse_by_coverage(answer, fallback_reason=reason, model=find_embedding_model())
        return flag_instructions(answer, coverage)

    def _rate(self, model: LanguageModel, answer: AnswerToAnalyse) -> Rating:
        """Ask for all criteria and the control, then once more for those that are void."""
        criteria = list_criteria(answer)
        seed = make_seed(hash_input(answer))
        control = make_control(answer, seed)
        asked = [*criteria, control]
        order = shuffle_order(len(asked), seed)
        first = self._ask(model, answer, [asked[place] for place in order], seed, is_recheck=False)
        heard = Heard(answer.transcript, answer.question, list_barred(answer))
        rated = check_ratings(asked, order, first.value, heard)
        del rated[len(criteria)]
        completions, error = [first], ""
        void = [place for place in order if place in rated and rated[place].state is CriterionState.VOID]
        if void:
            try:
                again = self._ask(model, answer, [criteria[place] for place in void], seed + 1, is_recheck=True)
            except ModelError as failed:  # the void ones stay void; the others are worth keeping
                error = str(failed)
            else:
                completions.append(again)
                rated |= check_ratings(criteria, void, again.value, heard)
        return Rating(
            criteria=tuple(rated[place] for place in range(len(criteria))),
            reply=first.value,
            completions=tuple(completions),
            order=tuple(asked[place].key for place in order),
            rechecked=tuple(criteria[place].key for place in void),
            recheck_error=error,
            control=control.text,
            control_rating=read_control(first.value, order.index(len(criteria)) + 1),
        )

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
        return model.complete(prompt, AnswerReply, seed=seed, max_tokens=max_tokens)
