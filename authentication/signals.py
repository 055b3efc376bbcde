"""What other apps may hear of users."""

from django.dispatch import Signal

# `user` has chosen a password by a link; sent in the transaction that stores it.
password_chosen = Signal()
