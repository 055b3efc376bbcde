"""Reads one interview for its report: `interviews.read_interview`, and `answers` that turns rows into cards."""
