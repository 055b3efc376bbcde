"""`PostedForm`: which forms were sent, so that a second press of a button does nothing twice."""

from django.conf import settings
from django.db import models


class PostedForm(models.Model):
    """One form of one page, as one user sent it. Written by services/posts.py, and forgotten after a day."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, help_text="Of the page's own key and of everything that was sent.")
    at = models.DateTimeField(db_index=True)
    led_to = models.TextField(blank=True, help_text="Where its answer led; empty while it is worked on.")

    class Meta:
        constraints = [models.UniqueConstraint(name="posted_form_once", fields=["user", "digest"])]

    def __str__(self) -> str:
        return f"a form sent on {self.at:%d %B %Y, %H:%M} UTC"
