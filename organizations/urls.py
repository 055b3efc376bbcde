"""The app's HTTP routes. Joined in config/urls.py."""

from django.urls import path

from organizations import views

urlpatterns = [
    path("hooks/sms/<uuid:message>/", views.take_sms_report, name="sms-report"),
    path("logos/<uuid:organization>/", views.show_logo, name="logo"),
]
