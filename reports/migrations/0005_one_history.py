"""One history: what Django's own log has from before ours is copied into it, and that log is emptied for good.

And since when old reports are reviewed: where a person has decided, since then; where nobody has, nobody has.
"""

import json

from django.conf import settings
from django.db import migrations

ACTIONS = {1: "added", 2: "changed", 3: "deleted"}
FORGOTTEN = "Erased"
# Rows that are called by a candidate's name, or may be, and how they lead to the invitation that says it was erased.
OF_CANDIDATES = {
    "organizations.candidate": "invitations",
    "organizations.message": "candidate__invitations",
    "interviewpanel.interviewpanelcandidate": "",
    "interviewpanel.interviewsession": "invitation",
    "interviewpanel.audiosegment": "answer__session__invitation",
    "interviewpanel.answerscore": "answer__session__invitation",
    "interviewpanel.accommodationrequest": "invitation",
    "interviewpanel.candidaterequest": "invitation",
    "interviewpanel.candidatefeedback": "session__invitation",
    "reports.interviewreport": "session__invitation",
}
OWNERS = {
    "organizations.organization": "pk",
    "questionbank.topic": "category__organization_id",
    "questionbank.subtopic": "topic__category__organization_id",
    "interviewpanel.audiosegment": "answer__session__organization_id",
    "interviewpanel.answerscore": "answer__session__organization_id",
    "interviewpanel.candidatefeedback": "session__organization_id",
}


def copy_log(apps, schema_editor):
    """Entries from before the first line of the history: later ones stand in it already, and may have been forgotten."""
    log, change = apps.get_model("admin", "LogEntry"), apps.get_model("organizations", "Change")
    entries = log.objects.select_related("content_type").order_by("action_time", "pk")
    first = change.objects.order_by("at").values_list("at", flat=True).first()
    if first is not None:
        entries = entries.filter(action_time__lt=first)
    lines, owners = [], {}
    for entry in entries.iterator(chunk_size=500):
        kind = f"{entry.content_type.app_label}.{entry.content_type.model}" if entry.content_type else ""
        if not kind or entry.action_flag not in ACTIONS:
            continue
        pk = int(entry.object_id) if (entry.object_id or "").isdecimal() and len(entry.object_id) < 19 else None
        if (kind, pk) not in owners:
            owners[kind, pk] = find_row(apps, kind, pk)
        owner, is_nameless = owners[kind, pk]
        lines.append(
            change(
                organization_id=owner,
                at=entry.action_time,
                actor_id=entry.user_id,
                action=ACTIONS[entry.action_flag],
                subject_type=kind,
                subject_id=pk,
                subject_name=FORGOTTEN if is_nameless else entry.object_repr[:200],
                message="" if is_nameless else describe(entry.change_message),
            )
        )
        if len(lines) >= 500:
            change.objects.bulk_create(lines)
            lines = []
    change.objects.bulk_create(lines)
    log.objects.all().delete()


def find_row(apps, kind, pk):
    """(whose it is, whether it goes without name and words): of a candidate who was deleted or erased, it does."""
    try:
        model = apps.get_model(kind)
    except LookupError:
        return None, True
    row = model._default_manager.filter(pk=pk)
    path = OWNERS.get(kind, "organization_id")
    has_owner = kind in OWNERS or any(field.attname == "organization_id" for field in model._meta.concrete_fields)
    owner = row.values_list(path, flat=True).first() if has_owner else None
    if kind not in OF_CANDIDATES:
        return owner, False
    path = OF_CANDIDATES[kind]
    is_erased = f"{path}__erased_at__isnull" if path else "erased_at__isnull"
    is_there = row.exists() and not row.filter(**{is_erased: False}).exists()
    return owner, not is_there


def describe(message):
    """Which fields, in words; without the names of rows below, and without what somebody typed as a reason."""
    try:
        parts = json.loads(message)
    except ValueError:
        return message.partition("Reason:")[0].strip()
    said = []
    for part in parts if isinstance(parts, list) else []:
        for verb, what in part.items():
            fields = ", ".join(str(one) for one in what.get("fields", ()))
            told = " ".join(str(one) for one in (what.get("name", ""), fields) if one)
            if told:
                said.append(f"{verb.capitalize()} {told}.")
    return " ".join(said)


def fill_reviewed(apps, schema_editor):
    """The first decision since none was in force; nothing where none is."""
    decision = apps.get_model("interviewpanel", "Decision")
    report = apps.get_model("reports", "InterviewReport")
    since = {}
    for session_id, stage, at in decision.objects.order_by("session_id", "pk").values_list(
        "session_id", "stage", "decided_at"
    ):
        since[session_id] = None if stage == "to_review" else since.get(session_id) or at
    for session_id, at in since.items():
        if at is not None:
            report.objects.filter(session_id=session_id, reviewed_at__isnull=True).update(reviewed_at=at)


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0004_report_categories"),
        ("interviewpanel", "0006_recruiters_desk"),
        ("organizations", "0004_recruiters_desk"),
        ("questionbank", "0002_question_desk"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("contenttypes", "0002_remove_content_type_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(copy_log, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(fill_reviewed, migrations.RunPython.noop, elidable=True),
    ]
