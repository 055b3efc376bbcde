"""The sockets. `interview` is the candidate's, a door to interviewpanel.live; `monitor` that of people who watch."""

from interviewpanel.consumers.interview import InterviewConsumer
from interviewpanel.consumers.monitor import MonitorConsumer

__all__ = ["InterviewConsumer", "MonitorConsumer"]
