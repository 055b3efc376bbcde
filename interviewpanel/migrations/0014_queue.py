import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('interviewpanel', '0013_question_wording'),
        ('organizations', '0017_interview_limits'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Capacity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decisions', models.PositiveBigIntegerField(default=0)),
                ('drained_at', models.DateTimeField(blank=True, help_text='Since then nobody new is let in.', null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='one_capacity')],
            },
        ),
        migrations.CreateModel(
            name='Booking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField(db_index=True)),
                ('booked_at', models.DateTimeField()),
                ('booked_by', models.ForeignKey(blank=True, help_text='Empty where the candidate did.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('invitation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='booking', to='interviewpanel.interviewpanelcandidate')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organizations.organization')),
            ],
            options={
                'ordering': ['starts_at', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('starts_at__gt', models.F('booked_at'))), name='booking_ahead')],
            },
        ),
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('called', 'a place is held'), ('begun', 'Begun'), ('left', 'Left')], default='waiting', max_length=7)),
                ('arrived_at', models.DateTimeField(help_text='When they asked to begin; again, if they had left.')),
                ('called_at', models.DateTimeField(blank=True, null=True)),
                ('held_until', models.DateTimeField(blank=True, help_text='Then the place is given to the next.', null=True)),
                ('begun_at', models.DateTimeField(blank=True, null=True)),
                ('left_at', models.DateTimeField(blank=True, null=True)),
                ('tell_by', models.CharField(blank=True, choices=[('email', 'E-mail'), ('sms', 'SMS')], help_text='Left the page, and wants to be told.', max_length=5)),
                ('told_at', models.DateTimeField(blank=True, null=True)),
                ('consent_hash', models.CharField(help_text='SHA-256 of the text that was agreed to on arriving.', max_length=64)),
                ('let_in_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organizations.organization')),
                ('session', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='place', to='interviewpanel.interviewsession')),
            ],
            options={
                'ordering': ['arrived_at', 'pk'],
                'indexes': [models.Index(condition=models.Q(('state__in', ['waiting', 'called'])), fields=['arrived_at'], name='places_not_begun')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'called', 'begun', 'left'])), name='place_state'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'called'), _negated=True), ('held_until__isnull', False), _connector='OR'), name='place_called_is_held')],
            },
        ),
    ]
