"""Which headers go with what lies below an address."""

import re

import pytest
from django.test import Client

from config.page_headers import PRIVATE_HEADERS

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/", "/admin/nothing/here/"])
def test_pages_of_the_admin_run_only_files_of_this_server(path: str) -> None:
    policy = Client().get(path)["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self' 'unsafe-eval'"  # no inline script
    assert {rules["connect-src"], rules["form-action"]} == {"'self'"}
    assert rules["frame-ancestors"] == "'none'"


def test_pages_behind_a_link_keep_their_address_private() -> None:
    answer = Client().get("/i/nobodys-link/")
    assert answer.status_code == 404
    assert {name: answer[name] for name in PRIVATE_HEADERS} == PRIVATE_HEADERS


def test_answers_of_the_api_run_nothing_and_its_docs_only_files_of_this_server() -> None:
    client = Client()
    assert client.get("/api/v1/candidates/")["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    docs = client.get("/api/v1/docs/")
    rules = dict(rule.strip().split(" ", 1) for rule in docs["Content-Security-Policy"].split(";"))
    assert (rules["default-src"], rules["script-src"], rules["connect-src"]) == ("'none'", "'self'", "'self'")
    assert re.findall(r"<script(?! src=)|<style| style=| on\w+=", docs.content.decode()) == []


def test_other_pages_have_no_policy() -> None:
    assert "Content-Security-Policy" not in Client().get("/health/live").headers
