"""`manage.py undrain`: let candidates in again after `manage.py drain`."""

from interviewpanel.management.commands import drain


class Command(drain.Command):
    help = "Lets candidates into interviews again, after `manage.py drain`: those who wait first, in order."
    undoes = True
