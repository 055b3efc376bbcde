"""The one signal of the product: an interview has ended.

Sent inside the transaction that ends it, with `session` and `now`. interviewpanel may not know reports, so reports
listens and makes its row in the same transaction.
"""

from django.dispatch import Signal

interview_ended = Signal()
