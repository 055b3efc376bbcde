import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def name_kinds(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Until now a recording was of an answer, or of all of them."""
    recordings = apps.get_model("interviewpanel", "Recording").objects
    recordings.filter(answer__isnull=False).update(kind="answer")
    recordings.filter(answer__isnull=True).update(kind="interview")


def leave_kinds(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The older version knows one recording without an answer; the files of the others go with their interview."""
    apps.get_model("interviewpanel", "Recording").objects.exclude(kind__in=["answer", "interview"]).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('interviewpanel', '0017_line'),
        ('organizations', '0019_recording_days'),
    ]

    operations = [
        migrations.CreateModel(
            name='SpokenLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('file_name', models.CharField(help_text='Of its sound in storage: FLAC, 16 kHz, mono.', max_length=200)),
                ('seconds', models.FloatField()),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, help_text='When it was cut off; empty: said to its end.', null=True)),
            ],
            options={
                'ordering': ['session', 'started_at', 'id'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='recording',
            name='one_whole_recording_per_session',
        ),
        migrations.AddField(
            model_name='interviewpanelcandidate',
            name='recording_days',
            field=models.PositiveSmallIntegerField(blank=True, help_text='How long its sound and video are kept, as told. Empty: as long as the rest.', null=True),
        ),
        migrations.AddField(
            model_name='interviewsession',
            name='recordings_erased_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='interviewsession',
            name='recordings_kept_until',
            field=models.DateTimeField(blank=True, help_text='Then sound and video are erased, and nothing else. Set when recording begins; empty: with the rest.', null=True),
        ),
        migrations.AddField(
            model_name='recording',
            name='has_interviewer',
            field=models.BooleanField(default=False, help_text="Whether the interviewer's voice is in it."),
        ),
        migrations.AddField(
            model_name='recording',
            name='kind',
            field=models.CharField(choices=[('answer', 'Answer'), ('interview', 'all answers'), ('mix', 'whole interview'), ('candidate_track', "the candidate's voice"), ('interviewer_track', "the interviewer's voice")], default='', max_length=17),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='recording',
            name='lines_heard',
            field=models.PositiveSmallIntegerField(default=0, help_text="Of a mix: how many of them are in it; the candidate's browser spoke the others."),
        ),
        migrations.AddField(
            model_name='recording',
            name='lines_said',
            field=models.PositiveSmallIntegerField(default=0, help_text='Of a mix: how many lines of the transcript the interviewer said, by whatever voice.'),
        ),
        migrations.AddIndex(
            model_name='interviewsession',
            index=models.Index(condition=models.Q(('recordings_erased_at__isnull', True), ('recordings_kept_until__isnull', False)), fields=['recordings_kept_until'], name='session_recordings_kept'),
        ),
        migrations.RunPython(name_kinds, leave_kinds),
        migrations.AddConstraint(
            model_name='recording',
            constraint=models.UniqueConstraint(condition=models.Q(('answer__isnull', True)), fields=('session', 'kind'), name='one_recording_of_a_kind'),
        ),
        migrations.AddConstraint(
            model_name='recording',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer__isnull', False), ('kind', 'answer')), models.Q(('answer__isnull', True), ('kind__in', ['interview', 'mix', 'candidate_track', 'interviewer_track'])), _connector='OR'), name='recording_kind'),
        ),
        migrations.AddField(
            model_name='spokenline',
            name='session',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='spoken_lines', to='interviewpanel.interviewsession'),
        ),
    ]
