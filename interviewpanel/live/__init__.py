"""One candidate's live connection, by whatever door it came. `interview` is the whole, `door` what it asks of a way in.

A frame goes: the door reads it → `LiveInterview.receive_frame` → `hearing.Hearing` → `live_turn.LiveTurn` → steps.
Steps that touch the database go through one queue per connection (`jobs`), in order, so that a segment is stored before
its answer is closed, and nothing slow stands between two frames. Events come the other way: rows, read by
`delivery.Delivery` and told to the door.
"""

from interviewpanel.live.door import Door
from interviewpanel.live.interview import LiveInterview

__all__ = ["Door", "LiveInterview"]
