"""The summary of a candidate's résumé on their page, with the words that each fact stands on. Part of candidates.py."""

from collections.abc import Iterator
from typing import Any

from organizations.admin.tables import draw_badge
from organizations.models import Candidate
from questionbank.models import ResumeSummary

Outcome = ResumeSummary.Outcome
KINDS = (("experience", "Experience"), ("skills", "Skill"), ("projects", "Project"), ("topics", "To ask about"))
WORDS = {"waiting": "to be summarised", "failed": "the summary failed; have the résumé read again"}
TONES = {"waiting": "is-info", "failed": "is-bad", Outcome.MADE: "is-good", Outcome.NOTHING: "is-warning"}


def describe_summary(candidate: Candidate) -> dict[str, Any] | None:
    """For the template; None where there is nothing to summarise, or nobody wants it."""
    row = ResumeSummary.objects.filter(candidate=candidate, organization__summarises_resumes=True).first()
    if row is None:
        return None
    words = WORDS.get(row.state) or str(Outcome(row.outcome).label)
    dropped = f"{row.dropped} left out, which the text does not say or which is not about work" if row.dropped else ""
    return {
        "state": draw_badge(words, TONES.get(row.state, "")),
        "by": " · ".join(part for part in (f"{row.engine} {row.model}".strip(), dropped) if part),
        "facts": list(_list_facts(row.facts)),
    }


def _list_facts(facts: dict[str, Any]) -> Iterator[dict[str, str]]:
    for name, kind in KINDS:
        for fact in facts.get(name, []):
            years = f"{fact['years']:g} years" if fact.get("years") else ""
            parts = [fact.get(key, "") for key in ("role", "name", "topic", "organisation", "period")]
            text = ", ".join(part for part in (*parts, years) if part)
            yield {
                "kind": kind,
                "text": f"{text}: {fact['what']}" if fact.get("what") else text,
                "quote": fact["quote"],
            }
