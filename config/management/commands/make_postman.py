"""`manage.py make_postman > interviewbot.postman_collection.json`: the API as a Postman collection."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from config.api.postman import make_collection
from config.api.views import make_schema


class Command(BaseCommand):
    help = "Print the API as a Postman collection (v2.1), with an example of every call."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(make_collection(make_schema()), indent=2, ensure_ascii=False))
