"""Ids that the API calls members by."""

import uuid

from django.db import migrations, models

MODELS = ("membership",)


def give_each_its_own(apps, schema_editor):
    for name in MODELS:
        model = apps.get_model("organizations", name)
        rows = list(model.objects.only("pk"))
        for row in rows:
            row.uuid = uuid.uuid4()
        model.objects.bulk_update(rows, ["uuid"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("organizations", "0010_webhook_styles")]

    operations = [
        *(
            migrations.AddField(name, "uuid", models.UUIDField(default=None, null=True, editable=False))
            for name in MODELS
        ),
        migrations.RunPython(give_each_its_own, migrations.RunPython.noop, elidable=True),
        *(
            migrations.AlterField(name, "uuid", models.UUIDField(default=uuid.uuid4, unique=True, editable=False))
            for name in MODELS
        ),
    ]
