"""The API of organizations; and what the API of every app above stands on: who calls, and what they reach."""
