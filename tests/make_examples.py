"""Makes the files of docs/examples: `make examples`. From invented input and what a test server answers, by no model.

Each maker below asks the real adapter over HTTP, as the product does, and returns the files that it makes. The server's
answers are recorded in tests/data, so that the same files come of it each time. A new example is a function in MAKERS.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from tempfile import TemporaryDirectory

from reports.domain.answer_cards import AnswerCard
from reports.domain.scorecard import Scorecard
from tests.example_files import FOLDER, LABEL, Files, read_recorded
from tests.make_interview_examples import make_interview


def make_report() -> Files:
    """The report of the invented interview, as PDF and JSON, its narrative by the test server."""
    from reports.services.render import render_scorecard

    scorecard, document = tell_report()
    return {"report.example.pdf": render_scorecard(scorecard), "report.example.json": document}


def tell_report() -> tuple[Scorecard, bytes]:
    """The scorecard with its narrative, and its JSON."""
    from questionbank.domain.model_purposes import Purpose
    from questionbank.domain.quoted_data import make_seed
    from questionbank.engines.llm import load_language_model
    from reports.domain.narration.evidence import describe_evidence, hash_evidence
    from reports.domain.narration.merge import add_narration, check_reply
    from reports.domain.narration.replies import NarrativeReply
    from reports.domain.scorecard import Writer
    from reports.services.documents import to_json
    from reports.services.narration import build_prompt
    from tests.models_at_hand import forget_models
    from tests.ollama_server import OllamaServer, reply_with
    from tests.scorecards import make_cards, make_header, make_scorecard

    recorded = read_recorded("sample_narrative")
    header = make_header()
    panel = replace(header.panel, name=LABEL)
    cards = [label_card(card, recorded["model"]) for card in make_cards()]
    scorecard = make_scorecard(cards, header=replace(header, panel=panel, metadata={"example": LABEL}))
    evidence = describe_evidence(scorecard)
    evidence_hash = hash_evidence(evidence)
    prompt = build_prompt(evidence, evidence_hash)
    with OllamaServer(models=[recorded["model"]], replies=[reply_with(recorded["reply"])]) as server:
        use_server(server.url, recorded["model"])
        model = load_language_model(Purpose.NARRATE)
        assert model is not None
        completion = model.complete(prompt, NarrativeReply, seed=make_seed(evidence_hash))
        forget_models()
    kept, dropped = check_reply(completion.value, scorecard)
    written_at = datetime(2026, 3, 12, 10, 4, tzinfo=UTC)
    writer = Writer(
        engine=completion.engine,
        model=completion.model,
        prompt_version=prompt.version,
        evidence_hash=evidence_hash,
        written_at=written_at,
    )
    told = add_narration(scorecard, kept, writer, dropped)
    return told, to_json(told)


def label_card(card: AnswerCard, model: str) -> AnswerCard:
    """An answer that says of itself that it was invented, with its scores."""
    origin = replace(card.provenance, model=model) if card.provenance else None
    return replace(card, provenance=origin, transcription="invented" if card.transcription else "")


def use_server(url: str, model: str) -> None:
    from django.conf import settings

    settings.OLLAMA_BASE_URL, settings.OLLAMA_MODEL = url, model


MAKERS: tuple[Callable[[], Files], ...] = (make_report, make_interview)


def main() -> None:
    import django
    from django.core.management import call_command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")  # noqa: TID251 - a script, before settings exist
    with TemporaryDirectory() as folder:
        os.environ["VAR_DIR"] = folder  # noqa: TID251 - what is generated needs a database, which goes again
        django.setup()
        call_command("migrate", verbosity=0)
        FOLDER.mkdir(exist_ok=True)
        for maker in MAKERS:
            for name, content in maker().items():
                (FOLDER / name).write_bytes(content)
                sys.stdout.write(f"{name}: {len(content):,} bytes\n")


if __name__ == "__main__":
    main()
