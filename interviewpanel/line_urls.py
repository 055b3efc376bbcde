"""Where a call's line leads, `/phone/<call>/…`: what Twilio asks for while somebody speaks. Included by urls.py."""

from django.urls import path

from interviewpanel.views import phone_line, phone_recorded, phone_sounds

urlpatterns = [
    path("incoming/", phone_line.incoming, name="phone-incoming"),
    path("incoming/status/", phone_line.incoming_status, name="phone-incoming-status"),
    path("incoming/pin/", phone_line.incoming_pin, name="phone-incoming-pin"),
    path("<uuid:call>/voice/", phone_line.voice, name="phone-voice"),
    path("<uuid:call>/identity/", phone_line.identity, name="phone-identity"),
    path("<uuid:call>/reading/", phone_line.reading, name="phone-reading"),
    path("<uuid:call>/consent/", phone_line.consent, name="phone-consent"),
    path("<uuid:call>/say/", phone_line.say, name="phone-say"),
    path("<uuid:call>/said/", phone_line.said, name="phone-said"),
    path("<uuid:call>/key/", phone_line.key, name="phone-key"),
    path("<uuid:call>/wait/", phone_line.wait, name="phone-wait"),
    path("<uuid:call>/sound/<str:signed>/", phone_sounds.play_sound, name="phone-sound"),
    path("<uuid:call>/recorded/next/", phone_recorded.go_on, name="phone-recorded-next"),
    path("<uuid:call>/recorded/answer/", phone_recorded.answer, name="phone-recorded-answer"),
    path("<uuid:call>/recorded/resume/", phone_recorded.resume, name="phone-recorded-resume"),
    path("<uuid:call>/recorded/ready/", phone_recorded.ready, name="phone-recorded-ready"),
]
