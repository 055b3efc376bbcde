"""The sockets. `interview` is the candidate's, `monitor` that of people who watch; `live_turn` hears one answer;
`threads` reaches the database."""

from interviewpanel.consumers.interview import InterviewConsumer
from interviewpanel.consumers.monitor import MonitorConsumer

__all__ = ["InterviewConsumer", "MonitorConsumer"]
