from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def keep_choice(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Panels that put questions into context go on doing so."""
    apps.get_model("interviewpanel", "InterviewPanel").objects.filter(asks_in_context=True).update(
        question_wording="in_context"
    )


def give_back_choice(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The older version knows nothing of questions that are made: it asks the bank's."""
    apps.get_model("interviewpanel", "InterviewPanel").objects.filter(question_wording="in_context").update(
        asks_in_context=True
    )


class Migration(migrations.Migration):

    dependencies = [
        ('interviewpanel', '0012_conversation'),
        ('questionbank', '0009_questions_for_one_candidate'),
    ]

    operations = [
        migrations.AddField(
            model_name='interviewpanel',
            name='question_wording',
            field=models.CharField(choices=[('as_written', 'As in the bank'), ('in_context', "The bank's, put into context by a language model"), ('generated', 'Made for each candidate by a language model')], default='as_written', help_text="How the next question is worded. in_context: a language model may put the bank's question into the context of the job and of what was asked; it is scored by the bank's rubric. generated: a language model may make another question for the same place of the plan, with a rubric of its own; nobody else is asked it.", max_length=10),
        ),
        migrations.RunPython(keep_choice, give_back_choice),
        migrations.RemoveField(model_name='interviewpanel', name='asks_in_context'),
        migrations.AddConstraint(
            model_name='interviewpanel',
            constraint=models.CheckConstraint(condition=models.Q(('question_wording__in', ['as_written', 'in_context', 'generated'])), name='panel_question_wording'),
        ),
        migrations.AddField(
            model_name='preparedline',
            name='draft',
            field=models.JSONField(default=dict, help_text='Of a question made for this candidate: what the bank is to hold, if it is asked.'),
        ),
        migrations.AlterField(
            model_name='preparedline',
            name='question_version',
            field=models.ForeignKey(blank=True, help_text="Of a next question: the bank's, in whose place it is asked.", null=True, on_delete=models.deletion.PROTECT, related_name='+', to='questionbank.questionversion'),
        ),
    ]
