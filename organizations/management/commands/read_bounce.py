"""`manage.py read_bounce`: takes a returned mail from standard input (docs/operations.md)."""

import sys

from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils import timezone

from organizations.services.bounces import MOST_BYTES, take_bounce

TRY_LATER = 75  # EX_TEMPFAIL: the mail server keeps the mail and pipes it again


class Command(BaseCommand):
    help = "Read a delivery report (RFC 3464) from standard input and note what became of the message it is about."

    def handle(self, *args: object, **options: object) -> None:
        content = sys.stdin.buffer.read(MOST_BYTES + 1)
        try:
            self.stdout.write(take_bounce(content, timezone.now()))
        except DatabaseError as error:
            self.stderr.write(f"The database does not answer; to be tried again: {error}")
            sys.exit(TRY_LATER)
