"""What Twilio calls, `/phone/<call>/…`. Included by urls.py."""

from django.urls import path

from interviewpanel.views import phone

urlpatterns = [
    path("<uuid:call>/status/", phone.take_status, name="phone-status"),
    path("<uuid:call>/machine/", phone.take_machine, name="phone-machine"),
    path("<uuid:call>/recording/", phone.take_recording, name="phone-recording"),
]
