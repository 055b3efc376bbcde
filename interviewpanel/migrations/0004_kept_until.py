"""Dates for what is stored already, as their pages have told them: the organization's days after the end."""

from datetime import timedelta

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

BATCH = 500


def promise_dates(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    Invitation = apps.get_model("interviewpanel", "InterviewPanelCandidate")
    Session = apps.get_model("interviewpanel", "InterviewSession")
    invitations = Invitation.objects.select_related("organization")
    for row in invitations.filter(kept_until__isnull=True).iterator(chunk_size=BATCH):
        days = row.organization.retention_days
        kept_until = row.expires_at + timedelta(days=days)
        Invitation.objects.filter(pk=row.pk).update(retention_days=days, kept_until=kept_until)
    held = Session.objects.filter(kept_until__isnull=True, ended_at__isnull=False, consented_at__isnull=False)
    for row in held.select_related("organization").iterator(chunk_size=BATCH):
        kept_until = row.ended_at + timedelta(days=row.organization.retention_days)
        Session.objects.filter(pk=row.pk).update(kept_until=kept_until)


class Migration(migrations.Migration):
    dependencies = [("interviewpanel", "0003_erasure")]

    operations = [migrations.RunPython(promise_dates, migrations.RunPython.noop)]
