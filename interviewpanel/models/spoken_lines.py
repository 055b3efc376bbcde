"""`SpokenLine`: what this server's voice said to a candidate, and when."""

from django.db import models

from interviewpanel.models.sessions import InterviewSession


class SpokenLine(models.Model):
    """Written by whichever way in plays sound of ours: a room, a page that plays the server's voice. A browser that
    speaks by itself has none, nor a phone, where Twilio speaks. The sound is kept as spoken audio, not here."""

    session = models.ForeignKey(InterviewSession, on_delete=models.CASCADE, related_name="spoken_lines")
    text = models.TextField()
    file_name = models.CharField(max_length=200, help_text="Of its sound in storage: FLAC, 16 kHz, mono.")
    seconds = models.FloatField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When it was cut off; empty: said to its end.")

    class Meta:
        ordering = ["session", "started_at", "id"]

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s said at {self.started_at:%H:%M:%S}"
