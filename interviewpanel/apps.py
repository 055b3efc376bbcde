from django.apps import AppConfig


class InterviewpanelConfig(AppConfig):
    name = "interviewpanel"
    verbose_name = "Interviews"
