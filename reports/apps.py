"""The report app: listens for the end of an interview and checks that reports can be rendered."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Reports"
