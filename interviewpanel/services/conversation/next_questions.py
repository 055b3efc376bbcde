"""The next question in a language model's words: which it will be is foreseen while the answer before it is given, and
it is worded ahead, or another is made in its place.

Selection is seeded and exact, so that what is foreseen for an action comes true if that action does. Where it does not,
or the words are late, the bank's question is asked as it stands.
"""

from datetime import datetime

from interviewpanel.domain.score_calculator import difficulty_action
from interviewpanel.domain.scoring_terms import NextAction
from interviewpanel.domain.selection import choose_question, fold_difficulty
from interviewpanel.domain.spoken_lines import repeats_question
from interviewpanel.models import Answer, InterviewPanel, InterviewSession, PreparedLine
from interviewpanel.selectors.progress import list_standings
from interviewpanel.selectors.question_supply import load_supply
from interviewpanel.services.conversation.lines import Kind, Written, open_line, take_line
from interviewpanel.services.conversation.made_questions import write_made_question
from interviewpanel.services.conversation.writers import write_next_question
from questionbank.models import Question, QuestionVersion
from questionbank.services.asked_questions import keep_asked_question
from questionbank.services.model_calls import RecordedModel
from questionbank.services.question_cache import Writer

Wording = InterviewPanel.QuestionWording
# In this order: where two lead to the same question, the first is worded.
ACTIONS = (NextAction.SAME, NextAction.HARDER, NextAction.EASIER)


def prepare_next_question(session: InterviewSession, answer: Answer | None, now: datetime) -> None:
    """Effects: a line is due for each way the interview may go on after `answer`; one before the first question."""
    if session.invitation.panel.question_wording == Wording.AS_WRITTEN:
        return
    for action in ACTIONS if answer is not None else ACTIONS[:1]:
        open_line(session, Kind.NEXT_QUESTION, now=now, answer=answer, action=str(action))


def write_foreseen_question(line: PreparedLine, model: RecordedModel) -> Written | None:
    """The writer of such a line: None where nothing is left to ask, or another action leads to the same question."""
    last = line.session.answers.order_by("-number").values_list("pk", flat=True).first()
    if last != line.answer_id:
        return None  # it is asked already
    action = NextAction(line.details["action"])
    foreseen = {one: foresee_question(line.session, one) for one in ACTIONS[: ACTIONS.index(action) + 1]}
    wanted = foreseen.pop(action)
    if wanted is None or (line.answer_id and wanted in foreseen.values()):
        return None
    line.details = {**line.details, "version": wanted}
    is_made = line.session.invitation.panel.question_wording == Wording.GENERATED
    return write_made_question(line, model) if is_made else write_next_question(line, model)


def foresee_question(session: InterviewSession, action: NextAction) -> int | None:
    """The version that is asked if the open answer leads to this action. None: nothing is left."""
    invitation = session.invitation
    supply = load_supply(invitation.panel, invitation.candidate, session)
    standings = list_standings(session)
    actions = [difficulty_action(standing.score) for standing in standings[:-1]]
    wanted = fold_difficulty([*actions, action] if standings else [])
    choice = choose_question(supply.cells, supply.candidates, supply.asked, wanted, session.seed)
    if choice is None:
        return None
    return Question.objects.values_list("current_version", flat=True).get(pk=choice.question_id)


def take_question(
    session: InterviewSession, after: Answer | None, version: QuestionVersion, now: datetime
) -> PreparedLine | None:
    """The words prepared for this question, unless it was asked in such words meanwhile."""
    if session.invitation.panel.question_wording == Wording.AS_WRITTEN:
        return None
    asked = list(session.answers.values_list("question_text", flat=True))
    language = session.invitation.panel.language

    def fits(line: PreparedLine) -> bool:
        return line.question_version_id == version.pk and not repeats_question(line.text, asked, language)

    return take_line(session, Kind.NEXT_QUESTION, now=now, answer=after, fits=fits)


def keep_made_question(session: InterviewSession, line: PreparedLine, like: Question) -> QuestionVersion:
    """What is asked now becomes a question of the bank, in review, in the transaction that asks it."""
    origin = line.provenance
    writer = Writer(
        engine=origin["engine"],
        model=origin["model"],
        prompt_version=origin["prompt_version"],
        tokens=origin["prompt_tokens"] + origin["completion_tokens"],
    )
    return keep_asked_question(
        like=like,
        content=line.draft,
        writer=writer,
        organization_id=session.organization_id,
        interview=session.uuid,
    )
