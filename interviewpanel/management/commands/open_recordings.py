"""`manage.py open_recordings`: have the sound of interviews joined that ended before it was, or before it was mixed."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from interviewpanel.services.recordings import open_missing_recordings


class Command(BaseCommand):
    help = "Have the sound of older interviews joined, to be played and downloaded. Again, it changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        count = open_missing_recordings(timezone.now())
        told = f"Interviews whose sound is being joined: {count}." if count else "Every interview has its recordings."
        self.stdout.write(told)
