"""The candidate's socket. `interview` is the consumer; `live_turn` hears one answer; `threads` reaches the database."""

from interviewpanel.consumers.interview import InterviewConsumer

__all__ = ["InterviewConsumer"]
