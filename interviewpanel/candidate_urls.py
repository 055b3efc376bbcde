"""Routes below a candidate's own link, `/i/<token>/…`. Included by urls.py, ahead of the page itself."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
