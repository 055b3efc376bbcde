"""The sockets. `interview` is the candidate's, a door to interviewpanel.live; `monitor` that of
people who watch, `phone` that of a call's sound."""

from interviewpanel.consumers.interview import InterviewConsumer
from interviewpanel.consumers.monitor import MonitorConsumer
from interviewpanel.consumers.phone import PhoneConsumer

__all__ = ["InterviewConsumer", "MonitorConsumer", "PhoneConsumer"]
