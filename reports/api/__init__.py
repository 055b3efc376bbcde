"""What interviews came to, by the API: scores, evaluations, reports, standings."""
