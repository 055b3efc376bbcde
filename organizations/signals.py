"""What organizations tells the apps above it, each in the transaction that makes it true. `resume_left`: a file of a
candidate's that no row names any more (name, candidate_id, now); interviewpanel removes it, questionbank forgets its
summary. `resume_read`: the text of one is there (resume_text_id); questionbank summarises it."""

from django.dispatch import Signal

resume_left = Signal()
resume_read = Signal()
