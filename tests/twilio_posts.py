"""How the stand-in for Twilio reaches the site: webhooks with a signature, in process or over the network."""

import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable

from django.test import Client

from tests.twilio_rows import Fields

PUBLIC_URL = "https://interviews.example"
# Posts form fields with a signature to an address of the site, as it is known outside; returns status and body.
Post = Callable[[str, Fields, str], tuple[int, str]]


def post_by_client(url: str, fields: Fields, signature: str) -> tuple[int, str]:
    """To the site of the test's own process."""
    path = url.removeprefix(PUBLIC_URL)
    answer = Client().post(path, fields, headers={"X-Twilio-Signature": signature}, secure=True)
    return answer.status_code, answer.content.decode()


def post_by_http(port: int) -> Post:
    """To a site that runs behind a proxy which ends TLS, of which this is the other side."""

    def post(url: str, fields: Fields, signature: str) -> tuple[int, str]:
        address = url.replace(PUBLIC_URL, f"http://127.0.0.1:{port}")
        headers = {"X-Twilio-Signature": signature, "X-Forwarded-Proto": "https"}
        request = urllib.request.Request(address, urllib.parse.urlencode(fields).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()

    return post
