"""What a language model writes about a scorecard, checked sentence by sentence before anybody reads it. Pure.

`evidence.py` says what the model is given, `replies.py` what it is asked to give back, `checks.py` what is kept of it,
and `merge.py` puts that into the template's narrative. The service around it is services/narration.py.
"""
