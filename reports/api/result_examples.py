"""Examples of what interviews came to. A test compares each with a real answer: lists here are how theirs begin."""

SCORES = {
    "interview": "5f0c2c8e-6d5b-4f0e-9d0b-0a4f6f2b7c11",
    "to_rate": [],
    "answers": [
        {
            "number": 1,
            "kind": "question",
            "follow_up_of": None,
            "question": "A query has become slow. What do you do?",
            "bank_question": "",
            "is_made_for_candidate": False,
            "times_rephrased": 0,
            "question_type": "technical",
            "assesses": "Reading plans",
            "difficulty": "medium",
            "category": "Databases",
            "topic": "Relational databases",
            "subtopic": "Indexing",
            "weight": 2.0,
            "asked_at": "2026-03-12T09:31:00Z",
            "closed_at": "2026-03-12T09:31:50Z",
            "closed_reason": "done",
            "duration_seconds": 6.0,
            "is_typed": False,
            "transcript": "I would run explain analyze first. Then I add a composite index with customer first.",
            "correction": "",
            "is_hidden": False,
            "state": "scored",
            "why": "",
            "composite": 80,
            "components": [
                {"key": "technical", "label": "Technical", "value": 81.25},
                {"key": "relevance", "label": "Relevance", "value": 90.0},
            ],
            "interval": None,
            "criteria": [
                {
                    "name": "Looks at the query plan",
                    "description": "Reads the plan before changing anything",
                    "component": "technical",
                    "weight": 1.0,
                    "state": "rated",
                    "rating": 4,
                    "why": "Begins with the plan.",
                    "quote": {
                        "text": "I would run explain analyze first",
                        "start": 0,
                        "end": 33,
                        "start_seconds": 0.0,
                        "end_seconds": 2.3500000000000005,
                    },
                }
            ],
            "elements": [
                {"text": "Read the query plan", "is_covered": False, "quote": None},
                {
                    "text": "Composite index",
                    "is_covered": True,
                    "quote": {
                        "text": "composite index",
                        "start": 48,
                        "end": 63,
                        "start_seconds": 4.0,
                        "end_seconds": 4.750000000000001,
                    },
                },
            ],
            "red_flags": [],
            "notable": {
                "text": "composite index with customer first",
                "start": 48,
                "end": 83,
                "start_seconds": 4.0,
                "end_seconds": 5.95,
            },
            "rationale": "Plan first, then the right index.",
            "strengths": ["Measures before changing"],
            "improvements": ["Costs of an index"],
            "flags": [],
            "needs_human": [],
            "provenance": {
                "engine": "ollama",
                "model": "llama3.1:8b",
                "is_coverage_only": False,
                "fallback_reason": "",
                "prompt_version": "score_answer/1",
                "rubric_hash": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "input_hash": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                "scored_at": "2026-03-12T09:42:00Z",
            },
            "second_opinion": {
                "technical": 70,
                "relevance": 95,
                "interval": [46, 92],
                "by_model": {"technical": 81, "relevance": 90, "composite": 80},
                "agrees": True,
                "why": "",
                "engine": "embedded",
                "version": "embedded-1",
            },
            "scorings": [
                {
                    "number": 1,
                    "state": "scored",
                    "composite": 80,
                    "scored_at": "2026-03-12T09:42:00Z",
                    "is_last": True,
                    "is_over": True,
                    "asked_by": "",
                    "asked_why": "",
                }
            ],
            "measured": None,
            "overrides": [],
            "ratings": [],
        }
    ],
}
EVALUATION = {
    "interview": "5f0c2c8e-6d5b-4f0e-9d0b-0a4f6f2b7c11",
    "made_at": "2026-03-12T09:42:20Z",
    "verdict": {
        "state": "final",
        "overall": 56,
        "overall_of_ten": 5.6,
        "grade": "F",
        "recommendation": {"code": "no_hire", "label": "Not Recommended", "three_step": "reject"},
        "planned_weight": 7.0,
        "scored_weight": 5.0,
        "why": "",
    },
    "automatic": None,
    "measures": [{"key": "technical", "label": "Technical", "value": 65, "why": "", "answers": [1, 2, 3]}],
    "categories": [{"key": "Databases", "label": "Databases", "value": 56, "why": "", "answers": [1, 2, 3]}],
    "missing": [
        {
            "what": "1 hard question on Indexing: not asked",
            "why": "Planned, but the interview ended before.",
            "effect": "Left out of the score; not held against the candidate.",
            "answer": None,
        }
    ],
    "narrative": {
        "summary": [
            {
                "title": "",
                "text": "Priya Raghunathan gave 2 answers to 3 questions in 10 min 12 s of "
                "interview time for the position Backend Engineer.",
                "answers": [],
                "quotes": [],
            }
        ],
        "strengths": [
            {
                "title": "Answer 1 · Indexing",
                "text": "Looks at the query plan: excellent, 4 of 4.",
                "answers": [1],
                "quotes": [
                    {"answer": 1, "text": "I would run explain analyze first", "span": [0, 33], "start_seconds": 0.0}
                ],
            }
        ],
        "gaps": [{"title": "Question 3 · Indexing", "text": "Skipped. It counts 0.", "answers": [3], "quotes": []}],
        "technical": [
            {
                "title": "Databases",
                "text": "56 of 100, from answers 1 and 2; 2 of 6 expected points heard; best "
                "on Indexing (80); answer 3 counts 0.",
                "answers": [1, 2],
                "quotes": [
                    {"answer": 1, "text": "composite index with customer first", "span": [48, 83], "start_seconds": 4.0}
                ],
            }
        ],
        "behavioural": [],
        "highlights": [
            {"answer": 1, "text": "composite index with customer first", "span": [48, 83], "start_seconds": 4.0}
        ],
        "red_flags": [],
        "skills": [
            {"name": "Indexing", "category": "Databases", "value": 70, "answers": [1, 2], "quotes": [], "text": ""}
        ],
        "skill_gaps": [],
        "follow_ups": [
            {"question": "Indexing: Read the query plan", "reason": "Expected in answer 2, not heard.", "answer": 2}
        ],
        "silences": {
            "behavioural": "Not assessed: no behavioural, situational or experience question was asked.",
            "red_flags": "None found in answers 1 and 2.",
            "skill_gaps": "No subject stayed below 60.",
        },
        "author": "template",
        "authors": dict.fromkeys(
            (
                *("summary", "strengths", "gaps", "technical", "behavioural", "highlights", "red_flags", "skills"),
                *("skill_gaps", "follow_ups"),
            ),
            "template",
        ),
        "writer": None,
        "dropped": [],
        "note": "",
    },
}
REPORT = {
    "id": "8d3b7fc0-1399-4a0f-9565-477b04a593eb",
    "interview": "5f0c2c8e-6d5b-4f0e-9d0b-0a4f6f2b7c11",
    "kind": "final",
    "state": "final",
    "made_at": "2026-03-12T09:42:20Z",
    "reviewed_at": None,
    "scorecard": {
        "schema": "interviewbot.scorecard/1",
        "kind": "final",
        "verdict": {
            "state": "final",
            "overall": 56,
            "overall_of_ten": 5.6,
            "grade": "F",
            "recommendation": {"code": "no_hire", "label": "Not Recommended", "three_step": "reject"},
            "planned_weight": 7.0,
            "scored_weight": 5.0,
            "why": "",
        },
    },
}
