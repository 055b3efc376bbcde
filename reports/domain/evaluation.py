"""From an interview's answers to its scorecard: verdict, measures, what is missing, engine notes, narrative. Pure.

Called by `services/reports.py` with what `selectors.py` read. The numbers are `score_calculator.summarise_session`'s;
nothing is computed a second way here.
"""

from collections.abc import Sequence

from interviewpanel.domain.score_calculator import (
    AnswerOutcome,
    QuestionKind,
    ScoredAnswer,
    SessionSummary,
    summarise_session,
)
from interviewpanel.domain.score_calculator import Measure as SummaryMeasure
from reports.domain.answer_cards import AnswerCard, Measure
from reports.domain.decisions import apply_override, list_overridden
from reports.domain.missing import list_missing
from reports.domain.narrative import write_narrative
from reports.domain.scorecard import (
    Decided,
    EngineNote,
    Header,
    Recommendation,
    ReportKind,
    ReportState,
    Scorecard,
    Unasked,
    Utterance,
    Verdict,
)
from reports.domain.wording import COMPONENTS, MEASURES, name_answers, word_for

ROUGH_WARNING = (
    "Speech was recognised by a small offline engine: words are missing or wrong, and scores that rest on them are "
    "rough too. Listen to the recording before you decide."
)
COVERAGE_WARNING = (
    "No language model scored this. The embedded scorer measured coverage, not truth: how much of the expected points "
    "was heard, not whether it was right. Depth and clarity are not assessed."
)
OUTCOMES = {state.value: state for state in AnswerOutcome}


def compile_scorecard(
    *,
    header: Header,
    kind: ReportKind,
    answers: Sequence[AnswerCard],
    transcript: Sequence[Utterance],
    unasked: Sequence[Unasked] = (),
    decided: Decided | None = None,
) -> Scorecard:
    """Put the whole report together from its header, its answers, the conversation and what was never asked.

    A follow-up stands beneath its question and counts with it. People's overrides count in the place of what was
    measured; what the measured scores alone come to is told beside.
    """
    everything = answers
    answers = [card for card in answers if card.follow_up_of is None]  # a follow-up's words count with their question
    automatic = make_verdict(summarise(answers, unasked), kind) if list_overridden(answers) else None
    answers = [apply_override(card) for card in answers]
    by_number = {card.number: card for card in answers}
    summary = summarise(answers, unasked)
    verdict = make_verdict(summary, kind)
    categories = make_categories(summary, answers)
    missing = list_missing(answers, unasked)
    return Scorecard(
        header=header,
        kind=kind,
        verdict=verdict,
        measures=make_measures(summary, answers),
        categories=categories,
        missing=missing,
        engines=(*note_transcription(everything), *note_scoring(answers)),
        narrative=write_narrative(
            header=header,
            verdict=verdict,
            automatic=automatic,
            categories=categories,
            missing=missing,
            answers=answers,
        ),
        answers=tuple(by_number.get(card.number, card) for card in everything),
        transcript=tuple(transcript),
        automatic=automatic,
        decided=decided,
    )


def summarise(answers: Sequence[AnswerCard], unasked: Sequence[Unasked]) -> SessionSummary:
    return summarise_session(
        [*(to_scored_answer(card) for card in answers), *(one for gap in unasked for one in to_unasked_answers(gap))]
    )


def to_scored_answer(card: AnswerCard) -> ScoredAnswer:
    """The answer as the score calculator takes it. An answer that is not scored yet is left out like a failure."""
    return ScoredAnswer(
        reference=str(card.number),
        outcome=OUTCOMES.get(card.state, AnswerOutcome.TECHNICAL_FAILURE),
        kind=QuestionKind(card.question_type),
        category=card.category,
        composite=card.composite if card.state == "scored" else None,
        components={part.key: part.value for part in card.components},
        weight=card.weight,
        reason=card.why,
    )


def to_unasked_answers(gap: Unasked) -> list[ScoredAnswer]:
    """Planned questions that were not asked. Their kind is not known and not used: they are in no mean."""
    return [
        ScoredAnswer(
            reference="",
            outcome=AnswerOutcome.NOT_ASKED,
            kind=QuestionKind.TECHNICAL,
            category=gap.category,
            weight=gap.weight,
        )
    ] * gap.count


def make_verdict(summary: SessionSummary, kind: ReportKind) -> Verdict:
    advice = summary.recommendation
    state: ReportState = "insufficient" if summary.overall is None else kind
    return Verdict(
        state=state,
        overall=summary.overall,
        overall_of_ten=summary.overall10,
        grade=summary.grade,
        recommendation=None
        if advice is None
        else Recommendation(code=advice.value, label=advice.label, three_step=advice.three_step.value),
        planned_weight=summary.planned_weight,
        scored_weight=summary.scored_weight,
        why=explain_insufficient(summary) if summary.overall is None else "",
    )


def explain_insufficient(summary: SessionSummary) -> str:
    if not summary.planned_weight:
        return "no question was planned."
    share = round(100 * summary.scored_weight / summary.planned_weight)
    return f"only {share} % of what was planned could be scored, and under half is not enough for a number."


def make_measures(summary: SessionSummary, answers: Sequence[AnswerCard]) -> tuple[Measure, ...]:
    """The four scores and the panel's own dimensions, each with its number or the reason why it has none."""
    technical = [card.number for card in answers if card.question_type == QuestionKind.TECHNICAL]
    everyone = [card.number for card in answers]
    situational = [card.number for card in answers if card.question_type == QuestionKind.SITUATIONAL]
    fit = [card.number for card in answers if card.question_type in (QuestionKind.BEHAVIORAL, QuestionKind.EXPERIENCE)]
    four = (
        ("technical", summary.technical, technical, "technical"),
        ("communication", summary.communication, everyone, ""),
        ("problem_solving", summary.problem_solving, situational, "situational"),
        ("role_fit", summary.role_fit, fit, "behavioural or experience"),
    )
    measures = [
        make_measure(key, MEASURES[key], value, numbers, explain_unassessed(key, kind, numbers))
        for key, value, numbers, kind in four
    ]
    return (
        *measures,
        *(
            make_measure(name, word_for(name, COMPONENTS), value, everyone, "Not assessed in any answer.")
            for name, value in summary.dimensions.items()
        ),
    )


def make_measure(key: str, label: str, measured: SummaryMeasure, numbers: Sequence[int], why: str) -> Measure:
    return Measure(
        key=key,
        label=label,
        value=measured.value,
        why="" if measured.value is not None else why,
        answers=tuple(numbers),
    )


def explain_unassessed(key: str, kind: str, numbers: Sequence[int]) -> str:
    """Why one of the four scores has no number."""
    if kind and not numbers:
        return f"No {kind} question was asked."
    if key == "communication":
        return "Clarity was not assessed in any answer."
    return f"No {kind} answer could be scored."


def make_categories(summary: SessionSummary, answers: Sequence[AnswerCard]) -> tuple[Measure, ...]:
    return tuple(
        make_measure(
            one.category,
            one.category or "Without a category",
            one.score,
            [card.number for card in answers if card.category == one.category],
            "No answer in this category could be scored.",
        )
        for one in summary.categories
    )


def note_transcription(answers: Sequence[AnswerCard]) -> tuple[EngineNote, ...]:
    """One note for each engine that turned speech into text, with a warning where it is a rough one."""
    used: dict[tuple[str, bool], list[int]] = {}
    for card in answers:
        if card.transcription:
            used.setdefault((card.transcription, card.is_rough), []).append(card.number)
    return tuple(
        EngineNote(role="transcription", name=name, warning=ROUGH_WARNING if is_rough else "", answers=tuple(numbers))
        for (name, is_rough), numbers in used.items()
    )


def note_scoring(answers: Sequence[AnswerCard]) -> tuple[EngineNote, ...]:
    """One note for each engine that scored, with a warning where it measures coverage only."""
    used: dict[tuple[str, str, bool], list[int]] = {}
    for card in answers:
        if card.provenance and (card.measured.state if card.measured else card.state) == "scored":
            key = (card.provenance.engine, card.provenance.model, card.provenance.is_coverage_only)
            used.setdefault(key, []).append(card.number)
    notes = []
    for (name, model, is_coverage_only), numbers in used.items():
        scope = f"In {name_answers(numbers)}: " if is_coverage_only and len(used) > 1 else ""
        warning = scope + COVERAGE_WARNING if is_coverage_only else ""
        notes.append(EngineNote(role="scoring", name=name, model=model, warning=warning, answers=tuple(numbers)))
    return tuple(notes)


def describe_basis(verdict: Verdict) -> str:
    """How much of the plan the overall rests on, for the page and the terminal."""
    if not verdict.planned_weight:
        return "nothing was planned"
    share = round(100 * verdict.scored_weight / verdict.planned_weight)
    return f"{share} % of the planned weight"
