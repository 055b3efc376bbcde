"""The interviewer in LiveKit rooms: another door to the same live interview. Run by `manage.py room_agent`.

`worker` has the rooms of one process, `agent` is in one of them, `door.RoomDoor` is what the live interview sees of it.
A frame goes: the line's event → `sounds.FrameCutter` (any rate → 16 kHz mono, 96 ms) → `LiveInterview.receive_frame`.
What is told goes as the protocol's messages to the candidate's client, as chat, and by `speaking.Speaker` as speech.
The line to the room is a Protocol (engines/rooms/lines.py): nothing here imports LiveKit's libraries.
"""
