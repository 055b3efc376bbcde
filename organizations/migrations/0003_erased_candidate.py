import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organizations', '0002_candidate_page'),
    ]

    operations = [
        migrations.AddField(
            model_name='candidate',
            name='is_erased',
            field=models.BooleanField(default=False, editable=False, help_text='Nobody: stands in interviews for those whose data was erased.'),
        ),
        migrations.AlterField(
            model_name='organization',
            name='retention_days',
            field=models.PositiveSmallIntegerField(default=180, help_text='How long interviews are kept, then erased. Links that are sent already keep the days they told.', validators=[django.core.validators.MinValueValidator(1)]),
        ),
        migrations.AddConstraint(
            model_name='candidate',
            constraint=models.UniqueConstraint(condition=models.Q(('is_erased', True)), fields=('organization',), name='one_erased_candidate_in_organization'),
        ),
    ]
