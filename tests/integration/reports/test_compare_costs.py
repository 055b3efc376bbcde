"""What comparing reads of the reports: light columns of everybody, whole documents of one page of them only.

Named people: Amara, a candidate of Fernbrook.
"""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from interviewpanel.models import InterviewSession
from reports.models import InterviewReport
from tests.compare_pages import enter, hold, url
from tests.interview_rows import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def amara(world: World) -> InterviewSession:
    return hold(world, "Amara Okafor", 88, 80, 84)


def test_whole_documents_are_read_for_one_page_of_the_table_only(world: World, amara: InterviewSession) -> None:
    client = enter(world)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url(world.panel)).status_code == 200
    of_documents = [one["sql"] for one in queries.captured_queries if '"document"' in one["sql"]]
    assert [sql.count("categories") for sql in of_documents] == [0]  # the ranges of those who are shown


def test_reports_of_before_get_their_categories_from_their_documents(amara: InterviewSession) -> None:
    told = InterviewReport.objects.get(session=amara).categories
    assert [list(one) for one in told] == [["label", "value"]] * len(told)
    assert told
    InterviewReport.objects.update(categories=[])
    migration = import_module("reports.migrations.0004_report_categories")
    migration.fill_categories(apps, SimpleNamespace(connection=connection))
    assert InterviewReport.objects.get(session=amara).categories == told
