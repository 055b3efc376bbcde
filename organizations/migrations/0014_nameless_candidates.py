from django.db import migrations


def take_addresses(apps, schema_editor):
    """The nameless candidate has no address, so that nobody else's can be in its way."""
    apps.get_model('organizations', 'Candidate').objects.filter(is_erased=True).update(email='')


class Migration(migrations.Migration):

    dependencies = [
        ('organizations', '0013_stored_answers'),
    ]

    operations = [
        migrations.RunPython(take_addresses, migrations.RunPython.noop),
    ]
