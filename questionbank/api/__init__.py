"""The API of the question bank: the catalogue, questions with their versions, and whole banks."""
