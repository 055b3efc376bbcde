"""Who wrote which section of a narrative, in words: for the page, the PDF and the shared page. Pure."""

from dataclasses import dataclass

from reports.domain.scorecard import TEMPLATE, Narrative
from reports.domain.wording import count_of, join_words

LABELS = {
    "summary": "summary",
    "strengths": "strengths",
    "gaps": "gaps",
    "technical": "technical assessment",
    "behavioural": "behavioural assessment",
    "skills": "demonstrated skills",
    "skill_gaps": "skill gaps",
    "highlights": "highlights",
    "red_flags": "red flags",
    "follow_ups": "questions for the next round",
}
BY_TEMPLATE = "Written by template: fixed sentences filled from the scores."


@dataclass(frozen=True)
class DroppedLine:
    """How many sentences of a section were dropped for one reason."""

    section: str
    count: str
    why: str


def describe_author(story: Narrative, section: str) -> str:
    """One line below a section's title. Facts that the template always says stand among a model's sentences."""
    author = story.authors.get(section, TEMPLATE)
    if author == TEMPLATE:
        return BY_TEMPLATE
    if section in ("skills", "skill_gaps"):
        return f"Sentences by {author} from the scores; subjects and numbers are computed."
    if section == "highlights":
        return f"Chosen by {author}; every word stands in the transcript."
    if section == "follow_ups":
        return f"Written by {author} from the scores; every question names the answer that it comes from."
    return f"Written by {author} from the scores; every sentence names its answer."


def describe_writing(story: Narrative) -> str:
    """All sections in one line, for “How these numbers were made”."""
    writer = story.writer
    plain = [LABELS[name] for name, author in story.authors.items() if author == TEMPLATE]
    if writer is None or len(plain) == len(story.authors):
        told = "fixed sentences filled from the scores above; no language model"
        return f"{told}. {story.note}" if story.note else told
    model = f"{writer.engine} ({writer.model})" if writer.model else writer.engine
    told = f"{model}, prompt {writer.prompt_version}; every sentence checked against the scores"
    return f"{told}. By template: {join_words(plain)}." if plain else f"{told}."


def list_dropped(story: Narrative) -> list[DroppedLine]:
    """What staff are told of sentences that were left out. The sentences themselves are kept nowhere."""
    return [
        DroppedLine(LABELS.get(one.section, one.section), count_of(one.count, "sentence"), one.why)
        for one in story.dropped
    ]
