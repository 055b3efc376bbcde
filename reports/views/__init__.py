"""Pages of reports outside the admin: what a private link shows (shares.py)."""
