"""The numbers of a turn: profiles, a panel's own, accommodations, and what is refused with which words."""

from dataclasses import replace

import pytest

from interviewpanel.domain.turn_detection import CONVERSATIONAL, PATIENT, TurnRules, TurnRulesError, from_settings


def test_patient_is_the_default() -> None:
    assert TurnRules() == PATIENT
    assert from_settings("patient") == PATIENT
    assert (PATIENT.silence_seconds, PATIENT.min_turn_seconds, PATIENT.max_turn_seconds) == (10, 10, 300)
    assert (PATIENT.no_speech_seconds, PATIENT.no_audio_seconds, PATIENT.countdown_seconds) == (120, 120, 5)
    assert not PATIENT.is_adaptive


def test_conversational_adapts_between_one_and_three_seconds() -> None:
    assert from_settings("conversational", {}) == CONVERSATIONAL
    assert (CONVERSATIONAL.adaptive_min_silence_seconds, CONVERSATIONAL.adaptive_max_silence_seconds) == (1, 3)
    assert CONVERSATIONAL.is_adaptive


def test_a_panel_changes_numbers_and_the_accommodation_multiplies_them() -> None:
    assert from_settings("patient", {"silence_seconds": 6, "max_turn_seconds": 200.0}, 1.5) == replace(
        PATIENT,
        silence_seconds=9.0,
        min_turn_seconds=15.0,
        no_speech_seconds=180.0,
        no_audio_seconds=180.0,
        max_turn_seconds=300.0,
        think_seconds=45.0,
        countdown_seconds=7.5,
        longest_warning_seconds=45.0,
        more_time_seconds=90.0,
        multiplier=1.5,
    )


def test_what_describes_sound_is_not_multiplied() -> None:
    scaled = CONVERSATIONAL.scaled(2)
    assert (scaled.adaptive_min_silence_seconds, scaled.adaptive_max_silence_seconds) == (2, 6)
    for name in ("speech_start_seconds", "segment_pause_seconds", "segment_max_seconds", "preroll_seconds"):
        assert getattr(scaled, name) == getattr(CONVERSATIONAL, name)


def test_adaptation_can_be_turned_off() -> None:
    rules = from_settings(
        "conversational", {"adaptive_min_silence_seconds": None, "adaptive_max_silence_seconds": None}
    )
    assert not rules.is_adaptive
    assert rules.silence_seconds == 2.0


@pytest.mark.parametrize(
    ("profile", "overrides", "multiplier", "message"),
    [
        ("brisk", {}, 1, "There is no turn profile 'brisk'; choose one of: patient, conversational."),
        ("patient", {"silence": 5}, 1, "There is no turn setting 'silence'; the settings are: adaptive_max"),
        ("patient", {"multiplier": 2}, 1, "There is no turn setting 'multiplier'"),
        ("patient", {"silence_seconds": "5"}, 1, "silence_seconds is '5'; give a number of seconds above 0."),
        ("patient", {"silence_seconds": True}, 1, "silence_seconds is True; give a number of seconds above 0."),
        ("patient", {"silence_seconds": None}, 1, "silence_seconds is None; give a number of seconds above 0."),
        ("patient", {"silence_seconds": 0}, 1, "silence_seconds is 0.0; give a number of seconds above 0."),
        ("patient", {"silence_seconds": float("nan")}, 1, "silence_seconds is nan; give a number"),
        ("patient", {"max_turn_seconds": float("inf")}, 1, "max_turn_seconds is inf; give a number"),
        ("patient", {"silence_seconds": 301}, 1, "silence_seconds is 301, above max_turn_seconds (300); lower it, or"),
        ("patient", {"no_speech_seconds": 400}, 1, "no_speech_seconds is 400, above max_turn_seconds (300)"),
        ("patient", {"silence_seconds": 0.2}, 1, "segment_pause_seconds is 0.3, above silence_seconds (0.2)"),
        ("patient", {"adaptive_min_silence_seconds": 1}, 1, "Set both adaptive_min_silence_seconds and"),
        ("conversational", {"adaptive_min_silence_seconds": 4}, 1, "adaptive_min_silence_seconds is 4, above"),
        ("conversational", {"adaptive_min_silence_seconds": 0.1}, 1, "segment_pause_seconds is 0.3, above adaptive_"),
        ("patient", {"quiet_threshold": 0.6}, 1, "quiet_threshold is 0.6, above speech_threshold (0.5)"),
        ("patient", {"segment_max_seconds": 3}, 1, "segment_max_seconds is 3; give at least four times"),
        ("patient", {}, 0, "The accommodation multiplies by 0; give a number above 0"),
    ],
)
def test_numbers_that_make_no_sense_are_refused_in_words(
    profile: str, overrides: dict[str, object], multiplier: float, message: str
) -> None:
    with pytest.raises(TurnRulesError) as refused:
        from_settings(profile, overrides, multiplier)
    assert str(refused.value).startswith(message)
