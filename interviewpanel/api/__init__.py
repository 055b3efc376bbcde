"""Panels, invitations and interviews by the API."""
