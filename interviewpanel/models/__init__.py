"""The rows of an interview: the panel that plans it, the session that holds it, and all that was said and scored."""

from interviewpanel.models.answers import Answer
from interviewpanel.models.audio import AudioSegment
from interviewpanel.models.calibration import CalibrationMap, CalibrationRun, RatedAnswer, RatedSet
from interviewpanel.models.decisions import Decision
from interviewpanel.models.erasures import FileRemoval
from interviewpanel.models.events import ClientEvent, SessionEvent, SessionStep
from interviewpanel.models.generated_panels import GeneratedPanel
from interviewpanel.models.panels import (
    InterviewPanel,
    InterviewPanelCandidate,
    InterviewPanelQuestionDistribution,
)
from interviewpanel.models.phone_calls import (
    CallConsent,
    CallOptOut,
    CallRecording,
    CallUpkeep,
    PhoneCall,
    TwilioRemoval,
)
from interviewpanel.models.phone_lines import PhonePin, PhoneStream, PinTry
from interviewpanel.models.phone_recordings import PhoneRecording
from interviewpanel.models.places import Booking, Capacity, Place
from interviewpanel.models.positions import PositionQuestionSet
from interviewpanel.models.prepared_lines import PreparedLine
from interviewpanel.models.ratings import AnswerRating, ScoreOverride
from interviewpanel.models.recordings import JoinedVideo, Recording, VideoChunk, VideoRecording
from interviewpanel.models.requests import (
    AccommodationRequest,
    AnswerCorrection,
    CandidateFeedback,
    CandidateRequest,
)
from interviewpanel.models.rooms import Room, RoomRecording
from interviewpanel.models.scores import AnswerScore
from interviewpanel.models.sessions import InterviewSession
from interviewpanel.models.spoken_audio import SpokenAudio
from interviewpanel.models.spoken_lines import SpokenLine
from interviewpanel.models.transcripts import TranscriptEntry

__all__ = [
    "AccommodationRequest",
    "Answer",
    "AnswerCorrection",
    "AnswerRating",
    "AnswerScore",
    "AudioSegment",
    "Booking",
    "CalibrationMap",
    "CalibrationRun",
    "CallConsent",
    "CallOptOut",
    "CallRecording",
    "CallUpkeep",
    "CandidateFeedback",
    "CandidateRequest",
    "Capacity",
    "ClientEvent",
    "Decision",
    "FileRemoval",
    "GeneratedPanel",
    "InterviewPanel",
    "InterviewPanelCandidate",
    "InterviewPanelQuestionDistribution",
    "InterviewSession",
    "JoinedVideo",
    "PhoneCall",
    "PhonePin",
    "PhoneRecording",
    "PhoneStream",
    "PinTry",
    "Place",
    "PositionQuestionSet",
    "PreparedLine",
    "RatedAnswer",
    "RatedSet",
    "Recording",
    "Room",
    "RoomRecording",
    "ScoreOverride",
    "SessionEvent",
    "SessionStep",
    "SpokenAudio",
    "SpokenLine",
    "TranscriptEntry",
    "TwilioRemoval",
    "VideoChunk",
    "VideoRecording",
]
