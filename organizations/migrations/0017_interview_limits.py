import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organizations', '0016_resume_texts'),
    ]

    operations = [
        migrations.AddField(
            model_name='organization',
            name='interview_limit',
            field=models.PositiveIntegerField(blank=True, help_text='Interviews at the same time; who comes over it waits in the queue. Empty: as many as the site has.', null=True),
        ),
        migrations.AddField(
            model_name='organization',
            name='interview_share',
            field=models.PositiveSmallIntegerField(default=1, help_text='Where several organizations wait: with 2, twice the places of one with 1.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)]),
        ),
    ]
