"""Examples of panels, for the description of the API. A test sends the requests and compares the answers."""

from typing import Any

ORGANIZATION = "7f1b2c58-2f0e-4f5e-9a57-6b1d1b0f6a11"
PANEL_ID = "0d9c3a52-8a3c-4f0d-8b62-0b2a54a0c2de"
MADE_AT = "2026-03-02T09:30:00Z"
PLACE: dict[str, Any] = {
    "category": "1c3f6f1e-8a0b-4a35-9d1c-3b0d1f7c5e10",
    "topic": "52a9a0c4-6b4e-4c5e-b1b6-9e0c7a3f2d84",
    "subtopic": "b8e2d7f0-41c9-4e0f-a6d3-5f7c2b1a9048",
}
NEW_PANEL: dict[str, Any] = {
    "title": "Backend screening",
    "job_title": "Backend engineer",
    "job_category": "Engineering",
    "experience_level": "3 to 5 years",
    "language": "en",
    "closes_at": "2026-04-01T16:00:00Z",
    "max_questions": 12,
    "max_minutes": 30,
    "turn_profile": "patient",
    "turn_settings": {"silence_seconds": 8.0},
    "score_weights": {"technical": 40.0, "relevance": 20.0, "depth": 20.0, "clarity": 10.0, "teamwork": 10.0},
    "distribution": [{"subtopic": PLACE["subtopic"], "medium_count": 2, "hard_count": 1, "weightage": 2.0}],
}
PANEL: dict[str, Any] = {
    "id": PANEL_ID,
    "organization": ORGANIZATION,
    "title": "Backend screening",
    "job_title": "Backend engineer",
    "job_category": "Engineering",
    "experience_level": "3 to 5 years",
    "language": "en",
    "status": "draft",
    "opens_at": None,
    "closes_at": "2026-04-01T16:00:00Z",
    "max_questions": 12,
    "max_minutes": 30,
    "pause_budget_seconds": 600,
    "grace_seconds": 600,
    "turn_profile": "patient",
    "turn_settings": {"silence_seconds": 8.0},
    "max_follow_ups": 1,
    "words_by_model": True,
    "question_wording": "as_written",
    "interviewer_voice": "browser",
    "voice_name": "",
    "door": "page",
    "records_video": False,
    "consent_version": "2026-1",
    "consent_addition": "",
    "alternative_route": "",
    "decision_days": 10,
    "accommodation_policy": "ask",
    "shows_scores_to_candidates": False,
    "score_weights": {"technical": 40.0, "relevance": 20.0, "depth": 20.0, "clarity": 10.0, "teamwork": 10.0},
    "rates_blind": "nobody",
    "distribution": [
        {
            **PLACE,
            "label": "Relational databases › Indexing",
            "easy_count": 0,
            "medium_count": 2,
            "hard_count": 1,
            "weightage": 2.0,
        }
    ],
    "is_plan_open": True,
    "created_at": MADE_AT,
}
PANEL_IN_LIST: dict[str, Any] = {
    **{
        name: PANEL[name]
        for name in (
            *("id", "organization", "title", "job_title", "job_category", "experience_level", "language", "status"),
            *("opens_at", "closes_at", "created_at"),
        )
    },
    "question_count": 3,
    "invited_count": 0,
    "held_count": 0,
}
CHANGES: dict[str, Any] = {
    "title": "Backend screening, spring",
    "max_minutes": 40,
    "distribution": [{"subtopic": PLACE["subtopic"], "easy_count": 1, "medium_count": 2}],
}
REASON = {"reason": "The job is open again."}
DUPLICATE = {"title": "Backend screening, autumn", "reason": ""}
FEASIBILITY: dict[str, Any] = {
    "can_be_published": False,
    "problems": ["1 of 1 hard Relational databases › Indexing question missing"],
    "warnings": [],
    "summary": "3 questions, about 4 of 30 minutes",
    "question_count": 3,
    "expected_seconds": 270.0,
    "rows": [
        {
            **PLACE,
            "label": "Relational databases › Indexing",
            "easy": {"wanted": 0, "bank": 0, "lacking": 0},
            "medium": {"wanted": 2, "bank": 2, "lacking": 0},
            "hard": {"wanted": 1, "bank": 0, "lacking": 1},
        }
    ],
}
