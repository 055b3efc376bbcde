"""Every question to a language model goes through here: it is written down what it cost, and who pays for it.

`load_recorded_model` gives the configured model with the same face; each call of it leaves a `ModelCall`. Texts are not
kept there. Called by the services of questionbank, interviewpanel and reports; nobody asks an engine directly.
"""

import logging
import time
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, transaction

from organizations.models import Organization
from questionbank.domain.model_purposes import Purpose
from questionbank.domain.prompts import Prompt
from questionbank.engines.llm import (
    Completion,
    ModelError,
    ModelRefused,
    ModelRetry,
    Schema,
    Usage,
    load_language_model,
)
from questionbank.engines.llm.wrapping import WrappedModel
from questionbank.models import ModelCall
from questionbank.selectors.model_usage import count_month_tokens

logger = logging.getLogger(__name__)
LONGEST_ERROR = 300
MOST_IN_ONE_SWEEP = 500


class BudgetSpent(Exception):
    """The organization's tokens of this month are used up; the text says how many there were, and what to do."""


@dataclass(frozen=True)
class RecordedModel(WrappedModel):
    """A language model, asked on behalf of an organization (and of an interview, if for one)."""

    purpose: Purpose
    organization_id: int
    interview: uuid.UUID | None = None

    def complete(
        self, prompt: Prompt, schema: type[Schema], *, seed: int = 0, max_tokens: int = 2048
    ) -> Completion[Schema]:
        """As the model's own. Raises RuntimeError inside a transaction, which it would hold open for minutes.

        Effects: one ModelCall, of a failure too. Where that cannot be written the log says so, and the answer stands.
        """
        with transaction.atomic(durable=True):
            pass
        started = time.monotonic()
        try:
            completion = self.inner.complete(prompt, schema, seed=seed, max_tokens=max_tokens)
        except ModelError as error:
            self._record(prompt, error.usage, time.monotonic() - started, error)
            raise
        self._record(prompt, completion.usage, time.monotonic() - started)
        return completion

    def _record(self, prompt: Prompt, usage: Usage, seconds: float, error: ModelError | None = None) -> None:
        call = ModelCall(
            organization_id=self.organization_id,
            purpose=self.purpose,
            operation=prompt.operation[:60],
            interview=self.interview,
            engine=self.engine,
            model=self.model[:120],
            prompt_version=prompt.version[:80],
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
            attempts=usage.attempts,
            seconds=round(seconds, 3),
            cost=usage.cost,
            outcome=name_outcome(error),
            error="" if error is None else str(error)[:LONGEST_ERROR],
        )
        try:
            with transaction.atomic():
                call.save()
        except DatabaseError as failure:
            tokens = f"{usage.prompt_tokens} + {usage.completion_tokens} tokens"
            logger.error(
                "A call of %s (%s, %s) cannot be written down: %s", self.model, call.operation, tokens, failure
            )


def name_outcome(error: ModelError | None) -> ModelCall.Outcome:
    match error:
        case None:
            return ModelCall.Outcome.DONE
        case ModelRetry():
            return ModelCall.Outcome.RETRY
        case ModelRefused():
            return ModelCall.Outcome.REFUSED
        case _:
            return ModelCall.Outcome.UNAVAILABLE


def load_recorded_model(
    purpose: Purpose, *, organization_id: int, interview: uuid.UUID | None = None
) -> RecordedModel | None:
    """The model configured for this purpose; None where none is."""
    model = load_language_model(purpose)
    return None if model is None else RecordedModel(model, purpose, organization_id, interview)


def find_budget(organization: Organization) -> int:
    """Tokens a month, 0 for no limit: the organization's own, else the site's."""
    own = organization.monthly_tokens
    return int(settings.MONTHLY_TOKENS) if own is None else own


def check_budget(organization: Organization, now: datetime) -> None:
    """Raises BudgetSpent. Asked before anything is generated, and before each step of it.

    All that the month has used counts. An interview is never refused: it goes on, and its scores too.
    """
    budget = find_budget(organization)
    used = count_month_tokens(organization.pk, now) if budget else 0
    if used >= budget > 0:
        raise BudgetSpent(
            f"{organization} has used {used:,} of its {budget:,} tokens of {now:%B %Y}. Nothing is generated until the "
            "next month begins. Whoever runs this site can raise “Monthly tokens” of the organization."
        )


def forget_interviews(*uuids: uuid.UUID) -> int:
    """That a call was made stays, since it was paid for; for whom it was made goes. Returns how many there were."""
    return ModelCall.objects.filter(interview__in=uuids).update(interview=None)


def delete_old_calls(*, now: datetime) -> int:
    """Those older than MODEL_CALL_DAYS, some of them each time. Returns how many."""
    old = ModelCall.objects.filter(created_at__lt=now - timedelta(days=settings.LLM.keep_days))
    oldest = old.order_by("created_at").values_list("pk", flat=True)[:MOST_IN_ONE_SWEEP]
    count, _ = ModelCall.objects.filter(pk__in=list(oldest)).delete()
    return count
