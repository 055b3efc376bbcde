"""Routes below a candidate's own link, `/i/<token>/…`. Included by urls.py, ahead of the page itself."""

from django.urls import URLPattern, path

from interviewpanel.views import bookings, calls, corrections, privacy, recordings, requests, rooms, spoken
from interviewpanel.views.links import View, tell_erased


def at(route: str, view: View, name: str) -> URLPattern:
    return path(route, tell_erased(view), name=name)


urlpatterns: list[URLPattern] = [
    at("privacy/", privacy.show_privacy_page, "candidate-privacy"),
    at("data.json", privacy.send_data, "candidate-data"),
    at("resume", privacy.send_resume, "candidate-resume"),
    at("room/", rooms.enter_room, "candidate-room"),
    at("room/<uuid:recording>", recordings.play_room_recording, "candidate-room-recording"),
    at("requests/", requests.take_request, "candidate-request"),
    at("accommodations/", requests.take_accommodation, "candidate-accommodation"),
    at("booking/", bookings.take_booking, "candidate-booking"),
    at("calls/", calls.take_call_choice, "candidate-call-choice"),
    at("calls/<uuid:call>/recording", calls.send_call_recording, "candidate-call"),
    at("feedback/", corrections.take_feedback, "candidate-feedback"),
    at("answers/<int:number>/correction/", corrections.take_correction, "candidate-correction"),
    at("audio", recordings.play_interview, "candidate-interview-audio"),
    at("captions.vtt", recordings.show_interview_captions, "candidate-interview-captions"),
    at("spoken/", spoken.prepare_spoken, "candidate-spoken-ahead"),
    at("spoken/<uuid:audio>", spoken.play_spoken, "candidate-spoken"),
    at("spoken/<uuid:audio>/begun", spoken.take_begun, "candidate-spoken-begun"),
    at("spoken/<uuid:audio>/cut", spoken.take_cut, "candidate-spoken-cut"),
    at("whole/<slug:kind>", recordings.play_whole, "candidate-whole"),
    at("whole.vtt", recordings.show_whole_captions, "candidate-whole-captions"),
    at("answers/<int:number>/audio", recordings.play_answer, "candidate-audio"),
    at("answers/<int:number>/captions.vtt", recordings.show_answer_captions, "candidate-captions"),
    at("video/", recordings.list_own_videos, "candidate-videos"),
    at("video/<uuid:video>/", recordings.show_video_progress, "candidate-video-progress"),
    at("video/<uuid:video>/file", recordings.play_video, "candidate-video-file"),
    at("video/<uuid:video>/captions.vtt", recordings.show_video_captions, "candidate-video-captions"),
    at("video/<uuid:video>/<int:chunk>", recordings.handle_video_chunk, "candidate-video"),
]
