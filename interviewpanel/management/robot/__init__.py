"""A candidate made of prepared recordings, for the demo and the tests that run real processes.

`manage.py interview_robot` puts it together: `voice` is what it can say, `script` what it decides, `frames` its
unacknowledged audio, `connection` the socket, `candidate` the conversation, `display` what a person sees of it.
It is a client: it knows the protocol and nothing of the database.
"""
