from django.db import migrations, models


def fill_categories(apps, schema_editor):
    reports = apps.get_model("reports", "InterviewReport").objects.using(schema_editor.connection.alias)
    made = reports.filter(document__isnull=False).values_list("pk", "document__categories")
    for pk, categories in made.iterator(chunk_size=500):
        told = [{"label": one["label"], "value": one["value"]} for one in categories or ()]
        if told:
            reports.filter(pk=pk).update(categories=told)


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_recruiters_desk")]

    operations = [
        migrations.AddField(
            model_name="interviewreport",
            name="categories",
            field=models.JSONField(default=list, blank=True, help_text="The document's: each a label and a value."),
        ),
        migrations.RunPython(fill_categories, migrations.RunPython.noop),
    ]
