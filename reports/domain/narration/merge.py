"""Puts what was kept of a model's words into the narrative of the template, section by section. Pure.

A section of which nothing was kept stays the template's. What the template says of facts stays in any case: how many
answers there were, the verdict, what counts 0 and what is left out, each red flag, and what is to be asked again.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from reports.domain.answer_cards import ZERO_STATES, AnswerCard, Claim, Quote
from reports.domain.claims import name_subject
from reports.domain.follow_ups import ASK_AGAIN, MAX_FOLLOW_UPS
from reports.domain.narration import replies, words
from reports.domain.narration.checks import REASONS, Evidence, Said, find_fault, find_fault_in_words, quotes_unsaid
from reports.domain.narration.names import find_unnamed, list_named
from reports.domain.narrative import tell_facts, tell_left_out
from reports.domain.scorecard import Dropped, FollowUp, Narrative, Scorecard, Skill, Writer
from reports.domain.wording import QUESTION_TYPES, name_answers, word_for

# The model's sections, those of the report, and how many sentences each may hold.
SECTIONS = {
    "executive_summary": ("summary", 4),
    "strengths": ("strengths", 6),
    "weaknesses": ("gaps", 6),
    "technical_assessment": ("technical", 6),
    "behavioural_assessment": ("behavioural", 6),
    "demonstrated_skills": ("skills", 12),
    "skill_gaps": ("skill_gaps", 12),
    "red_flags": ("red_flags", 8),
    "highlights": ("highlights", 4),
    "follow_up_questions": ("follow_ups", MAX_FOLLOW_UPS),
}
MOST_FOLLOW_UPS_PER_ANSWER = 2


@dataclass
class Kept:
    """What passed, by the report's sections; and what did not, by section and reason."""

    evidence: Evidence
    said: dict[str, list[Said]] = field(default_factory=dict)
    dropped: Counter[tuple[str, str]] = field(default_factory=Counter)

    def take(self, said: Said, fault: str, most: int) -> bool:
        """Keep a sentence unless it has a fault, was there already or is one too many."""
        kept = self.said.setdefault(said.section, [])
        fault = fault or ("repeated" if self.repeats(said, kept) else "too_many" if len(kept) >= most else "")
        if fault:
            self.dropped[said.section, fault] += 1
        else:
            kept.append(said)
        return not fault

    def repeats(self, said: Said, kept: Sequence[Said]) -> bool:
        if said.section in ("skills", "skill_gaps"):
            return any(one.subject.casefold() == said.subject.casefold() for one in kept)
        if said.section == "red_flags":
            return any(set(one.answers) & set(said.answers) for one in kept)
        return any(one.text.casefold() == said.text.casefold() for one in kept)

    def list_dropped(self) -> tuple[Dropped, ...]:
        return tuple(
            Dropped(section=section, reason=reason, why=REASONS[reason], count=count)
            for (section, reason), count in sorted(self.dropped.items())
        )


def check_reply(
    reply: replies.NarrativeReply, scorecard: Scorecard
) -> tuple[replies.NarrativeReply, tuple[Dropped, ...]]:
    """What may be shown of a reply, in its own form, and how much was dropped and why. Nothing dropped is kept."""
    kept = sort_reply(reply, scorecard)
    values = {
        name: [write_back(section, one) for one in kept.said.get(section, [])]
        for name, (section, _) in SECTIONS.items()
    }
    return replies.NarrativeReply.model_validate(values), kept.list_dropped()


def write_back(section: str, said: Said) -> dict[str, object]:
    if section == "highlights":
        return {"answer": said.answers[0], "quote": said.quote}
    if section == "follow_ups":
        return {"question": said.text, "reason": said.subject, "answer": said.answers[0]}
    return {"text": said.text, "answers": list(said.answers), "quote": said.quote, "subject": said.subject}


def sort_reply(reply: replies.NarrativeReply, scorecard: Scorecard) -> Kept:
    kept = Kept(Evidence(scorecard))
    for name, (section, most) in SECTIONS.items():
        for item in getattr(reply, name):
            said, fault = READERS.get(section, read_sentence)(section, item, kept.evidence)
            kept.take(said, fault, most)
    return kept


def read_sentence(section: str, item: replies.Sentence, evidence: Evidence) -> tuple[Said, str]:
    said = Said(
        section=section,
        text=words.clean_text(item.text),
        answers=tuple(dict.fromkeys(item.answers)),
        quote=strip_quote(item.quote),
        subject=words.clean_text(getattr(item, "subject", "")),
    )
    return said, find_fault(said, evidence)


def read_highlight(section: str, item: replies.HighlightReply, evidence: Evidence) -> tuple[Said, str]:
    """Words of the candidate alone: said by them, in an answer that was good enough to be quoted for it."""
    said = Said(
        section=section, text=words.clean_text(item.quote), answers=(item.answer,), quote=strip_quote(item.quote)
    )
    card = evidence.cards.get(item.answer)
    if not said.quote:
        return said, "unreadable"
    if card is None or card.state != "scored":
        return said, "unknown_answer"
    quote = evidence.find_quote(said)
    if quote is None:
        return said, "quote_not_said"
    said = replace(said, text=quote.text, quote=quote.text)
    return said, find_fault_of_highlight(said, evidence)


def find_fault_of_highlight(said: Said, evidence: Evidence) -> str:
    if len(said.text) > words.LONGEST:
        return "too_long"
    fault = find_fault(replace(said, section="strengths"), evidence)
    return fault if fault == "contradicts" else "reader" if words.orders(said.text) else ""


def read_follow_up(section: str, item: replies.FollowUpReply, evidence: Evidence) -> tuple[Said, str]:
    """A question and its reason. It may be about an answer that has no score, since it asks for what is not known."""
    question, reason = words.clean_text(item.question), words.clean_text(item.reason)
    said = Said(section=section, text=question, answers=(item.answer,), subject=reason)
    if not question or not reason:
        return said, "unreadable"
    if item.answer not in evidence.cards:
        return said, "unknown_answer"
    if len(question) < words.SHORTEST or not question.endswith("?"):
        return said, "too_short" if question.endswith("?") else "unreadable"
    if max(len(question), len(reason)) > words.LONGEST_QUESTION:
        return said, "too_long"
    fault = find_fault_in_words(question, may_ask=True) or find_fault_in_words(reason)
    if not fault and evidence.numbers.find_uncomputed(reason, said.answers):
        fault = "number"
    if not fault and find_unnamed(reason, list_named(evidence.scorecard, evidence.list_parts(said))):
        fault = "name"
    return said, fault or ("quote_not_said" if quotes_others(question, reason, item.answer, evidence) else "")


def quotes_others(question: str, reason: str, answer: int, evidence: Evidence) -> bool:
    both = Said(section="follow_ups", text=f"{question} {reason}", answers=(answer,))
    return quotes_unsaid(both, evidence)


READERS: dict[str, Callable[..., tuple[Said, str]]] = {"highlights": read_highlight, "follow_ups": read_follow_up}


def strip_quote(quote: str) -> str:
    return words.clean_text(quote).strip(" \"'“”‘’«»„")


def add_narration(
    scorecard: Scorecard, reply: replies.NarrativeReply, writer: Writer, dropped: Sequence[Dropped] = ()
) -> Scorecard:
    """The scorecard with the model's words where they may stand. `dropped` is what had been dropped before."""
    kept = sort_reply(reply, scorecard)
    plain = scorecard.narrative
    changes = {
        section: merge_section(section, kept.said[section], plain, kept.evidence)
        for section in kept.said
        if kept.said[section]
    }
    authors = {**plain.authors, **dict.fromkeys(changes, writer.name)}
    story = replace(
        plain,
        **changes,
        silences={name: why for name, why in plain.silences.items() if name not in changes},
        author=writer.name if changes else plain.author,
        authors=authors,
        dropped=(*dropped, *kept.list_dropped()),
        writer=writer,
        note="",
    )
    return replace(scorecard, narrative=story)


def merge_section(section: str, said: Sequence[Said], plain: Narrative, evidence: Evidence) -> Any:
    return MERGERS[section](said, plain, evidence)


def merge_summary(said: Sequence[Said], plain: Narrative, evidence: Evidence) -> tuple[Claim, ...]:
    """The facts of the template around the model's sentences, each of which names its answers."""
    told = [replace(claim_said(one, evidence), title="", text=name_its_answers(one)) for one in said]
    card = evidence.scorecard
    before = tell_facts(card.header, card.verdict, card.answers, card.automatic)
    return (*before, *told, *tell_left_out(card.missing, card.answers))


def name_its_answers(said: Said) -> str:
    named = f"({name_answers(said.answers)})"
    return f"{said.text.rstrip('.')} {named}."


def merge_claims(said: Sequence[Said], plain: Narrative, evidence: Evidence) -> tuple[Claim, ...]:
    return tuple(claim_said(one, evidence) for one in said)


def merge_gaps(said: Sequence[Said], plain: Narrative, evidence: Evidence) -> tuple[Claim, ...]:
    """What counts 0 first: that is a fact, and no model is asked of it."""
    zeros = [one for one in plain.gaps if any(evidence.cards[number].state in ZERO_STATES for number in one.answers)]
    return (*zeros, *merge_claims(said, plain, evidence))


def merge_red_flags(said: Sequence[Said], plain: Narrative, evidence: Evidence) -> tuple[Claim, ...]:
    """Every flag that was found stays, in its own words; the model's sentence stands behind the first of its answer."""
    sentences = {number: one.text for one in said for number in one.answers}
    claims = []
    for flag in plain.red_flags:
        more = sentences.pop(flag.answers[0], "")
        claims.append(replace(flag, text=f"{flag.text.rstrip('.')}. {more}") if more else flag)
    return tuple(claims)


def merge_skills(section: str) -> Callable[[Sequence[Said], Narrative, Evidence], tuple[Skill, ...]]:
    """Subjects and numbers stay those that were computed; the model's sentence stands with its subject."""

    def merge(said: Sequence[Said], plain: Narrative, evidence: Evidence) -> tuple[Skill, ...]:
        told = {one.subject.casefold(): claim_said(one, evidence) for one in said}
        skills: tuple[Skill, ...] = getattr(plain, section)
        return tuple(
            replace(skill, text=claim.text, quotes=claim.quotes)
            if (claim := told.get(skill.name.casefold()))
            else skill
            for skill in skills
        )

    return merge


def merge_highlights(said: Sequence[Said], plain: Narrative, evidence: Evidence) -> tuple[Quote, ...]:
    return tuple(quote for one in said if (quote := evidence.find_quote(one)))


def merge_follow_ups(said: Sequence[Said], plain: Narrative, evidence: Evidence) -> tuple[FollowUp, ...]:
    """First what is to be asked again; then the model's questions, grouped by the answer that they come from."""
    again = [one for one in plain.follow_ups if one.answer and evidence.cards[one.answer].state in ASK_AGAIN]
    counted: Counter[int] = Counter()
    asked = []
    for one in sorted(said, key=lambda one: one.answers[0]):
        counted[one.answers[0]] += 1
        if counted[one.answers[0]] <= MOST_FOLLOW_UPS_PER_ANSWER:
            asked.append(FollowUp(question=one.text, reason=one.subject, answer=one.answers[0]))
    return tuple([*again, *asked][:MAX_FOLLOW_UPS])


def claim_said(said: Said, evidence: Evidence) -> Claim:
    quote = evidence.find_quote(said) if said.quote else None
    return Claim(
        title=make_title(said, evidence.list_cards(said)),
        text=end_sentence(said.text),
        answers=said.answers,
        quotes=(quote,) if quote else (),
    )


def make_title(said: Said, cards: Sequence[AnswerCard]) -> str:
    """Which answers a sentence is about, as the template says it."""
    if said.section == "behavioural" and len(cards) == 1:
        return f"Answer {cards[0].number} · {word_for(cards[0].question_type, QUESTION_TYPES)}"
    subjects = list(dict.fromkeys(name_subject(card) for card in cards))
    return f"{name_answers(said.answers).capitalize()} · {', '.join(subjects[:2])}{' …' if len(subjects) > 2 else ''}"


def end_sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


MERGERS: dict[str, Callable[[Sequence[Said], Narrative, Evidence], tuple[object, ...]]] = {
    "summary": merge_summary,
    "strengths": merge_claims,
    "gaps": merge_gaps,
    "technical": merge_claims,
    "behavioural": merge_claims,
    "skills": merge_skills("skills"),
    "skill_gaps": merge_skills("skill_gaps"),
    "red_flags": merge_red_flags,
    "highlights": merge_highlights,
    "follow_ups": merge_follow_ups,
}
