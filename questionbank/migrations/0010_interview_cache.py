from django.db import migrations, models
from django.db.models import F


def count_from_cache(apps, schema_editor):
    """Of the batches that there are: each part's result says of every question whether it was written before."""
    Generation = apps.get_model("questionbank", "Generation")
    parts = Generation.objects.filter(kind="batch_part").only("pk", "parent_id", "result")
    for part in parts.iterator(chunk_size=500):
        count = sum(bool(one.get("from_cache")) for one in part.result.get("questions", []))
        if count:
            Generation.objects.filter(pk__in=[part.pk, part.parent_id]).update(from_cache=F("from_cache") + count)


class Migration(migrations.Migration):
    dependencies = [("questionbank", "0009_questions_for_one_candidate")]

    operations = [
        migrations.AddField(
            model_name="generation",
            name="from_cache",
            field=models.PositiveIntegerField(
                default=0, help_text="How many of its questions were written before, and took no call of the model."
            ),
        ),
        migrations.AlterField(
            model_name="cachedquestion",
            name="skill_level",
            field=models.CharField(max_length=60),
        ),
        migrations.RunPython(count_from_cache, migrations.RunPython.noop),
    ]
