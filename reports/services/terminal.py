"""A scorecard in the terminal, with rich. Called by the `scorecard` command and the demo.

It shows what the PDF's first page shows, then one line an answer; the whole of it is in the PDF and the JSON.
"""

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from reports.domain.answer_cards import AnswerCard, Claim, Measure
from reports.domain.decisions import describe_automatic, describe_measured
from reports.domain.evaluation import describe_basis
from reports.domain.recorded_time import describe_surplus
from reports.domain.scorecard import Decided, Scorecard, Verdict
from reports.domain.wording import (
    NO_DECISION,
    NOBODY,
    NOT_ASSESSED,
    STAGES,
    STATES,
    describe_duration,
    name_answers,
    shorten,
    word_for,
)

BAR_CELLS = 24
MAX_CLAIMS = 3


def draw_scorecard(scorecard: Scorecard) -> Group:
    """The scorecard as something that rich prints. Nothing in it is read as rich's markup."""
    header = scorecard.header
    parts: list[RenderableType] = [
        Panel(
            draw_verdict(scorecard.verdict),
            title=Text(f"{header.candidate.name} · {header.job.title}"),
            subtitle=Text(f"{header.branding.organization} · {describe_duration(header.times.talking_seconds)}"),
            padding=(1, 2),
        ),
        draw_measures(scorecard.measures),
        "",
        draw_answers(scorecard.answers),
        "",
    ]
    surplus = describe_surplus(scorecard.answers, header.times.talking_seconds, header.panel.time_limit_seconds)
    if surplus:
        parts.append(Text(f"! Clock {describe_duration(header.times.talking_seconds)}, {surplus}.", style="yellow"))
    if scorecard.to_look_at:
        parts.append(Text(f"! A person should look at {name_answers(scorecard.to_look_at)}.", style="yellow"))
    parts += [Text(f"! {warning}", style="yellow") for warning in scorecard.warnings]
    parts += draw_decisions(scorecard)
    parts += [Text(f"– {part.what}. {part.why} {part.effect}") for part in scorecard.missing]
    parts.append(Text(describe_decision(scorecard.decided)))
    parts += draw_claims("Strengths", scorecard.narrative.strengths)
    parts += draw_claims("Gaps", scorecard.narrative.gaps)
    return Group(*parts)


def describe_decision(decided: Decided | None) -> str:
    """What a person decided, in one line."""
    if decided is None:
        return f"– {NO_DECISION}"
    who = f"by {decided.by or NOBODY} on {decided.at:%-d %B %Y, %H:%M} UTC, because: {decided.reason}"
    return f"– Decision: {word_for(decided.stage, STAGES).lower()}, {who} No decision was made automatically."


def draw_verdict(verdict: Verdict) -> Text:
    if verdict.overall is None or verdict.recommendation is None:
        return Text.assemble(("No overall score: ", "bold"), verdict.why)
    basis = f"{'partial report, ' if verdict.state == 'partial' else ''}measured on {describe_basis(verdict)}"
    return Text.assemble(
        (f"{verdict.overall}", "bold"),
        " of 100 · grade ",
        (verdict.grade or "", "bold"),
        f" · {verdict.overall_of_ten} of 10 · recommendation: ",
        (verdict.recommendation.label, "bold"),
        f"\n{basis}",
    )


def draw_measures(measures: tuple[Measure, ...]) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for measure in measures:
        table.add_row(Text(measure.label), *draw_value(measure.value, measure.why))
    return table


def draw_value(value: int | None, why: str) -> tuple[Text, Text]:
    """The number and a bar, or "not assessed" and the reason."""
    if value is None:
        return Text(NOT_ASSESSED, style="dim"), Text(why, style="dim")
    filled = round(value * BAR_CELLS / 100)
    return Text(str(value), style="bold"), Text.assemble(("█" * filled, "cyan"), ("░" * (BAR_CELLS - filled), "dim"))


def draw_answers(answers: tuple[AnswerCard, ...]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("No.", justify="right")
    table.add_column("Question")
    table.add_column("Score", justify="right")
    table.add_column("State")
    table.add_column("Time")
    for card in answers:
        table.add_row(
            str(card.number),
            Text(shorten(card.question, 60)),
            "–" if card.points is None else str(card.points),
            word_for(card.state, STATES),
            "" if card.duration_seconds is None else describe_duration(card.duration_seconds),
        )
    return table


def draw_decisions(scorecard: Scorecard) -> list[RenderableType]:
    """Who set which score, and why: one line an override in force, and what the automatic scores alone come to."""
    lines: list[RenderableType] = []
    for card in scorecard.overridden:
        if (override := card.override) is not None:
            who = f"{override.by} set answer {card.number} to {override.composite} of 100 (measured: "
            lines.append(Text(f"! {who}{describe_measured(card)}). Reason: {override.reason}", style="yellow"))
    if scorecard.automatic is not None:
        lines.append(Text(f"! {describe_automatic(scorecard.automatic)}", style="yellow"))
    return lines


def draw_claims(title: str, claims: tuple[Claim, ...]) -> list[RenderableType]:
    lines: list[RenderableType] = [Text(f"\n{title}", style="bold")] if claims else []
    for claim in claims[:MAX_CLAIMS]:
        lines.append(Text(f"  {claim.title}: {claim.text}"))
        lines += [Text(f"    “{shorten(quote.text, 100)}”", style="dim") for quote in claim.quotes[:1]]
    return lines
