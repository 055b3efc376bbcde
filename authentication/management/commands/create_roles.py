"""`manage.py create_roles`: the groups superadmin, admin, hr and reviewer, with exactly their permissions."""

from django.core.management.base import BaseCommand, CommandError

from authentication.services.roles import PermissionMissing, create_roles


class Command(BaseCommand):
    help = "Makes or mends the role groups (superadmin, admin, hr, reviewer). Safe to run again."

    def handle(self, *args: object, **options: object) -> None:
        try:
            counts = create_roles()
        except PermissionMissing as error:
            raise CommandError(str(error)) from error
        for role, count in counts.items():
            self.stdout.write(f"{role}: {count} permissions")
