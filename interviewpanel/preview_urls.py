"""The preview of a candidate's page, included below the address of its panel in the admin (admin/panel_actions.py).

A module of its own: the page is made by the views that make the candidate's, which the admin does not import.
"""

from django.contrib import admin
from django.urls import path

from interviewpanel.views.preview import show_preview

urlpatterns = [
    path("", admin.site.admin_view(show_preview), name="interviewpanel_interviewpanel_preview"),
]
