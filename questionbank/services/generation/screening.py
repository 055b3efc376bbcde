"""Five to seven short questions for a first call, from a requisition or any description: the maker of SCREENING."""

from questionbank.domain.interview_checks import LEAST_SCREENING, MOST, MOST_SCREENING, find_same
from questionbank.models import Generation, JobDescription, ScreeningSet
from questionbank.services.generation.asking import Step, ask_checked
from questionbank.services.generation.inputs import write_inputs
from questionbank.services.generation.schemas import Screening
from questionbank.services.generation.work import Store, keep_step, makes, say_doing
from questionbank.services.model_calls import RecordedModel


@makes(Generation.Kind.SCREENING)
def make_screening(generation: Generation, model: RecordedModel) -> Store:
    source = generation.parameters["source"]
    if "questions" not in generation.result:
        say_doing(generation, "Writing screening questions")
        counts = {"least": str(LEAST_SCREENING), "most": str(MOST_SCREENING)}
        step = Step("screen_candidates", write_inputs(source), {**counts, "language": source["language"]}, 1536)
        completion, version = ask_checked(
            generation, model, step, Screening, lambda value: find_screening_problems(value, source["language"])
        )
        questions = [one.model_dump() for one in completion.value.questions]
        keep_step(generation, result={"questions": questions, "prompt_version": version}, doing="")
    return lambda: store_screening(generation, model)


def find_screening_problems(value: Screening, language: str) -> list[str]:
    problems = []
    questions = [one.model_dump() for one in value.questions]
    if not LEAST_SCREENING <= len(questions) <= MOST_SCREENING:
        problems.append(f"There are {len(questions)} questions, not {LEAST_SCREENING} to {MOST_SCREENING}.")
    for number, one in enumerate(questions):
        if same := find_same(one["text"], questions[:number], language):
            problems.append(f"Two questions ask the same: “{same}”")
        if any(len(one[name]) > MOST["text"] for name in ("text", "listens_for", "disqualifies")):
            problems.append(f"Question {number + 1} has a text of more than {MOST['text']} characters.")
    return problems


def store_screening(generation: Generation, model: RecordedModel) -> None:
    """In the transaction that ends the generation. Effects: the set."""
    source, wanted = generation.parameters["source"], generation.parameters.get("description")
    own = JobDescription.objects.filter(organization=generation.organization_id)
    ScreeningSet.objects.create(
        organization_id=generation.organization_id,
        description=own.filter(uuid=wanted).first() if wanted else None,
        generation=generation,
        title=source["title"][:150] or "Screening questions",
        source=source["description"],
        questions=generation.result["questions"],
        engine=model.engine,
        model=model.model,
        prompt_tokens=generation.prompt_tokens,
        completion_tokens=generation.completion_tokens,
    )
