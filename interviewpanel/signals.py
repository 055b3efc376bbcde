"""The signals of the product. interviewpanel may not know reports, so reports listens, in the sender's transaction.

Each is sent with `session` and `now`, inside the transaction that makes it true.
"""

from django.dispatch import Signal

# An interview has ended: it gets a report.
interview_ended = Signal()
# A person has judged an interview, or its sound was erased, as the report tells: its report is made again.
interview_judged = Signal()
