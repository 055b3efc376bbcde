"""`manage.py drain`: let nobody new into an interview, on the whole site, until `manage.py undrain`."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from interviewpanel.selectors.places import read_standing
from interviewpanel.services import admissions


class Command(BaseCommand):
    help = (
        "Lets nobody new into an interview, on all servers, until `manage.py undrain`: before an update, so that fewer "
        "are interrupted. Interviews that go on are not touched, and who waits keeps their place in line and is told."
    )
    undoes = False

    def handle(self, *args: object, **options: object) -> None:
        now = timezone.now()
        called = 0
        if self.undoes:
            called = admissions.undrain(now)
        else:
            admissions.drain(now)
        standing = read_standing(now)
        live = standing.taken.total()
        said = f"{called} called" if self.undoes else "nobody new is let in"
        absent = f", {len(standing.absent)} with their page closed" if standing.absent else ""
        self.stdout.write(f"{said}; {live} places taken, {len(standing.present)} waiting{absent}.")
