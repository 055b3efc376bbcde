"""One part of a batch: questions on one subtopic at one difficulty, written one by one.

Each is in the bank, to be reviewed, before the next is asked for: whoever takes up a part that was given up goes on
after the last. Registered as the maker of its kind.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from config.work.tasks import WorkRefused
from questionbank.domain.batches import BatchRow, choose_kind, count_allowed_refusals, read_row
from questionbank.domain.question_cache import Wish, WishVector, embed_wish
from questionbank.domain.written_questions import WrittenQuestion, make_entry, make_slug
from questionbank.engines.embeddings import load_embedder
from questionbank.models import Generation
from questionbank.selectors.existing_questions import list_known_texts
from questionbank.services.generation.landing import Draft, Landing, land_question
from questionbank.services.generation.question_prompts import build_question_prompt
from questionbank.services.generation.work import Store, ask_model, makes, say_doing
from questionbank.services.model_calls import RecordedModel
from questionbank.services.question_cache import (
    Found,
    Writer,
    find_cached,
    is_cache_on,
    note_miss,
)

MOST_TOKENS = 3072
MOST_TOLD = 10


@dataclass
class Part:
    """What a part is to make, and what of it is remembered between its questions."""

    row: BatchRow
    generation: Generation
    kinds: list[str]
    language: str
    wishes: str
    uses_cache: bool
    found: dict[str, list[Found]] = field(default_factory=dict)  # by kind: what the cache has, and nobody has tried
    vectors: dict[str, WishVector | None] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)  # of this attempt: what the model is not to write again

    @property
    def kind(self) -> str:
        """Of the next question."""
        return choose_kind(self.kinds, self.generation.steps_done)

    @property
    def wish(self) -> Wish:
        request = f"{self.row.subtopic}. {self.wishes}" if self.wishes else self.row.subtopic
        return Wish(self.row.topic, self.row.difficulty, self.kind, self.language, request)

    def list_refused(self) -> list[str]:
        """For the model: what earlier attempts had to refuse too."""
        earlier = [one for one in self.generation.result.get("refused", []) if not one["from_cache"]]
        return [f"“{one['text']}”: {one['why']}" for one in earlier[-MOST_TOLD:]]


def read_part(generation: Generation) -> Part:
    asked = generation.parameters
    return Part(
        read_row(asked),
        generation,
        asked["kinds"],
        asked["language"],
        asked["wishes"],
        is_cache_on(wanted=asked["use_cache"]),
    )


@makes(Generation.Kind.BATCH_PART)
def write_part(generation: Generation, model: RecordedModel) -> Store:
    """Write what is missing. Raises WorkRefused where too many were refused; what the model and the budget raise."""
    part = read_part(generation)
    while generation.steps_done < generation.steps:
        now = timezone.now()
        if _take_cached(part, now):
            continue
        _write_one(part, model, now)
        if len(part.refused) > count_allowed_refusals(generation.steps):
            raise WorkRefused(_explain_missing(part))
    return lambda: None


def _explain_missing(part: Part) -> str:
    made, asked = part.generation.steps_done, part.generation.steps
    return (
        f"{made} of {asked} were made: the model wrote {len(part.refused)} that could not be taken, the last because "
        f"{part.refused[-1]} Ask for fewer, or say in the remarks what is still missing there."
    )


def _take_cached(part: Part, now: datetime) -> bool:
    """Give out what was written for a wish like this. False where the cache has nothing that would do."""
    if not part.uses_cache:
        return False
    if part.kind not in part.found:
        wish = part.wish
        part.vectors[part.kind] = embed_wish(wish, load_embedder())
        part.found[part.kind] = find_cached(
            wish, organization_id=part.generation.organization_id, vector=part.vectors[part.kind]
        )
    waiting = part.found[part.kind]
    own = {one["id"] for one in part.generation.result.get("questions", [])}
    while waiting:
        cached = waiting.pop(0).cached
        if cached.question is not None and str(cached.question.uuid) in own:
            continue
        writer = Writer(cached.engine, cached.model, cached.prompt_version, cached.tokens)
        landing = Landing(part.generation, part.row, part.wish, writer, cached=cached)
        draft = Draft(cached.content, part.kind, _make_key(part, cached.content["text"], f"cached {cached.uuid}"))
        if land_question(landing, draft, now) is None:
            return True
    return False


def _write_one(part: Part, model: RecordedModel, now: datetime) -> None:
    """Ask the model for the next one and put it into the bank, or note why not."""
    generation = part.generation
    if part.uses_cache:
        note_miss(generation.organization_id, now)
    known = list_known_texts(generation.organization_id, part.row, part.language)
    prompt, seed = build_question_prompt(
        part.row, part.kind, part.language, wishes=part.wishes, existing=known, refused=part.list_refused()
    )
    say_doing(generation, f"Question {generation.steps_done + 1} of {generation.steps}")
    completion = ask_model(generation, model, prompt, WrittenQuestion, seed=seed, max_tokens=MOST_TOKENS)
    tokens = completion.usage.prompt_tokens + completion.usage.completion_tokens
    writer = Writer(completion.engine, completion.model, prompt.version, tokens)
    key = _make_key(part, completion.value.text, f"written {generation.steps_done}")
    entry = make_entry(completion.value, key=key, kind=part.kind, difficulty=part.row.difficulty)
    landing = Landing(generation, part.row, part.wish, writer, vector=part.vectors.get(part.kind))
    refusal = land_question(landing, Draft.of(entry), now)
    if refusal is not None:
        part.refused.append(refusal.why)


def _make_key(part: Part, text: str, what: str) -> str:
    """The same when the same step is done again."""
    own = uuid.uuid5(part.generation.uuid, f"{what} {text}")
    return f"{make_slug(text) or 'question'}-{str(own)[:8]}"
