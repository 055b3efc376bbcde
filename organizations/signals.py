"""What organizations tells the apps above it. `resume_left`: a file of a candidate's that no row names any more (name,
now), sent in the transaction; interviewpanel removes it."""

from django.dispatch import Signal

resume_left = Signal()
