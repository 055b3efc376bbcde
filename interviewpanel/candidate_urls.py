"""Routes below a candidate's own link, `/i/<token>/…`. Included by urls.py, ahead of the page itself."""

from django.urls import URLPattern, path

from interviewpanel.views import corrections, privacy, recordings, requests

urlpatterns: list[URLPattern] = [
    path("privacy/", privacy.show_privacy_page, name="candidate-privacy"),
    path("data.json", privacy.send_data, name="candidate-data"),
    path("requests/", requests.take_request, name="candidate-request"),
    path("accommodations/", requests.take_accommodation, name="candidate-accommodation"),
    path("feedback/", corrections.take_feedback, name="candidate-feedback"),
    path("answers/<int:number>/correction/", corrections.take_correction, name="candidate-correction"),
    path("audio", recordings.play_interview, name="candidate-interview-audio"),
    path("captions.vtt", recordings.show_interview_captions, name="candidate-interview-captions"),
    path("answers/<int:number>/audio", recordings.play_answer, name="candidate-audio"),
    path("answers/<int:number>/captions.vtt", recordings.show_answer_captions, name="candidate-captions"),
    path("video/", recordings.list_own_videos, name="candidate-videos"),
    path("video/<uuid:video>/", recordings.show_video_progress, name="candidate-video-progress"),
    path("video/<uuid:video>/file", recordings.play_video, name="candidate-video-file"),
    path("video/<uuid:video>/captions.vtt", recordings.show_video_captions, name="candidate-video-captions"),
    path("video/<uuid:video>/<int:chunk>", recordings.handle_video_chunk, name="candidate-video"),
]
