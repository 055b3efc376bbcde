"""Panels, invitations and interviews in the admin. What an interview recorded is read here and changed nowhere."""

from interviewpanel.admin.calibration import RatedSetAdmin
from interviewpanel.admin.candidates import InvitedCandidateAdmin
from interviewpanel.admin.catalogue import PlannedCategoryAdmin
from interviewpanel.admin.feedback import CandidateFeedbackAdmin
from interviewpanel.admin.generated_interviews import PanelledInterviewAdmin
from interviewpanel.admin.invitations import InterviewPanelCandidateAdmin
from interviewpanel.admin.panels import InterviewPanelAdmin
from interviewpanel.admin.phone_calls import PhoneCallAdmin
from interviewpanel.admin.positions import PositionQuestionSetAdmin
from interviewpanel.admin.questions import InterviewedQuestionAdmin
from interviewpanel.admin.records import AnswerScoreAdmin, AudioSegmentAdmin
from interviewpanel.admin.requests import AccommodationRequestAdmin, CandidateRequestAdmin
from interviewpanel.admin.sessions import InterviewSessionAdmin

__all__ = [
    "AccommodationRequestAdmin",
    "AnswerScoreAdmin",
    "AudioSegmentAdmin",
    "CandidateFeedbackAdmin",
    "CandidateRequestAdmin",
    "InterviewPanelAdmin",
    "InterviewPanelCandidateAdmin",
    "InterviewSessionAdmin",
    "InterviewedQuestionAdmin",
    "InvitedCandidateAdmin",
    "PanelledInterviewAdmin",
    "PhoneCallAdmin",
    "PlannedCategoryAdmin",
    "PositionQuestionSetAdmin",
    "RatedSetAdmin",
]
