"""Signing in by the API."""
