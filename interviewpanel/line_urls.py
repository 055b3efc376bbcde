"""Where a call's line leads, `/phone/<call>/…`: what Twilio asks for while somebody speaks. Included by urls.py."""

from django.urls import path

from interviewpanel.views import phone_line

urlpatterns = [
    path("incoming/", phone_line.incoming, name="phone-incoming"),
    path("incoming/status/", phone_line.incoming_status, name="phone-incoming-status"),
    path("incoming/pin/", phone_line.incoming_pin, name="phone-incoming-pin"),
    path("<uuid:call>/voice/", phone_line.voice, name="phone-voice"),
    path("<uuid:call>/identity/", phone_line.identity, name="phone-identity"),
    path("<uuid:call>/consent/", phone_line.consent, name="phone-consent"),
    path("<uuid:call>/say/", phone_line.say, name="phone-say"),
    path("<uuid:call>/said/", phone_line.said, name="phone-said"),
    path("<uuid:call>/key/", phone_line.key, name="phone-key"),
    path("<uuid:call>/wait/", phone_line.wait, name="phone-wait"),
]
