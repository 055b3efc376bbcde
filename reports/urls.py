"""The app's HTTP routes: shared reports, which need no account, and the comparison below a panel's page of the admin.

Joined in config/urls.py, ahead of the admin.
"""

from django.urls import include, path

from reports.admin.compare import compare_questions, compare_same_question, compare_side_by_side, compare_table
from reports.views import shares

COMPARE = "admin/interviewpanel/interviewpanel/<int:pk>/compare/"

compare_urls = [
    path("", compare_table, name="compare"),
    path("side/", compare_side_by_side, name="compare-side"),
    path("questions/", compare_questions, name="compare-questions"),
    path("questions/<int:version>/", compare_same_question, name="compare-question"),
]

urlpatterns = [
    path(COMPARE, include(compare_urls)),
    path("share/<str:token>/answers/<int:number>.flac", shares.play_answer, name="share-audio"),
    # As with candidates' links, a malformed token must not answer differently, so any text is taken.
    path("share/<path:token>/", shares.show_report, name="share"),
]
