from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def forget_all(apps: Any, schema_editor: Any) -> None:
    """They are kept for a day, and hold keys as they were sent."""
    apps.get_model("organizations", "StoredAnswer").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0012_callbacks"),
    ]

    operations = [
        migrations.RunPython(forget_all, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="storedanswer", name="stored_answer_once"),
        migrations.RenameField(model_name="storedanswer", old_name="key", new_name="key_hash"),
        migrations.AlterField(
            model_name="storedanswer",
            name="key_hash",
            field=models.CharField(
                help_text="Of the key, which may be made of what tells of a person.", max_length=64
            ),
        ),
        migrations.AddConstraint(
            model_name="storedanswer",
            constraint=models.UniqueConstraint(fields=("caller", "key_hash"), name="stored_answer_once"),
        ),
        migrations.CreateModel(
            name="StoredAnswerSubject",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject", models.UUIDField(db_index=True)),
                (
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="subjects",
                        to="organizations.storedanswer",
                    ),
                ),
            ],
        ),
    ]
