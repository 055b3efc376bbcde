"""Pages at the door of the admin, for who may not be signed in. Below /admin/, so that its headers go with them."""

from django.urls import path

from organizations import door_views

urlpatterns = [
    path("admin/password_reset/", door_views.AskView.as_view(), name="admin_password_reset"),
    path("admin/join/<token>/", door_views.open_invitation, name="staff_invitation_link"),
    path("admin/join/", door_views.JoinView.as_view(), name="staff_invitation"),
]
