"""What the description of the API says in words: for everybody who opens /api/v1/docs/. Read by config/settings.py."""

DESCRIPTION = """
Everything that an organization's own software needs of InterviewBot: candidates, questions, panels, invitations, live
interviews and their results.

### Signing in
Send one of two things in the header `Authorization: Bearer …`:

- **an API key** (`ib_…`), for another system. An administrator makes it, for one organization, with the scopes that
  it needs and no more; it is shown once and can be revoked at any time.
- **an access token**, for a person. `POST /api/v1/auth/token/` gives it for an address and a password; it is good for
  ten minutes, and does what the person's role allows in each of their organizations. The refresh token that comes with
  it is good once, for the next two; brought a second time it ends the whole sign-in.

What belongs to somebody else is not found (404), whether or not it exists. What you see and may not do is 403.

### Calls
- Times are UTC, in ISO 8601. Ids are UUIDs. Lists come in pages: `page`, `page_size` (200 at most).
- **Errors** are problem details (RFC 9457): `type` is a code for programs, `detail` a sentence for people, and `errors`
  names each field by a JSON pointer.
- **Idempotency-Key**: send one with a call that creates, and repeat the call as often as you must: it is done once.
  The answer is kept for a day.
- **ETag**: a page of one thing has one. Send it back as `If-None-Match` and get 304 while nothing has changed; send it
  as `If-Match` with a change, and it is refused (412) if somebody else was faster.
- **Rates** are counted by account, key, organization and address. What is refused (429) says in `Retry-After` when to
  come back.
"""

# In the order in which the docs and the collection show them. What nobody uses is left out.
TAGS = [
    ("auth", "Signing in: access and refresh tokens of people."),
    ("organizations", "The organizations that you reach, and their settings."),
    ("members", "Who works for an organization, with which role; and who is invited to."),
    ("member-invitations", "People who are asked to work for an organization, until they accept."),
    ("api-keys", "Keys for other systems: made and revoked by administrators."),
    ("candidates", "People who are interviewed, and their résumés."),
    ("standings", "How a candidate stands after their interviews."),
    ("catalogue", "Categories, topics and subtopics: what questions are sorted by."),
    ("questions", "The question bank: questions with criteria, in versions."),
    ("model-usage", "What language models used, by month and purpose, and the budgets."),
    ("job-descriptions", "Requisitions as they were written, and worked out by the WORK method."),
    ("generated-interviews", "Five questions with criteria, made from a job description; published, and made a panel."),
    ("screenings", "Five to seven short questions for a first call."),
    ("generation", "What language models were asked to write: how far it has come, what it cost, why it failed."),
    ("panels", "What is asked: topics, how many questions of which difficulty, limits, languages."),
    ("positions", "Which panel is used for whom, where an interview is started by the name of a position."),
    ("panel-candidates", "Invitations: a candidate, a panel, a private link until a deadline."),
    ("calls", "Phone calls to candidates who agreed to be called: asked for, and what became of each."),
    ("invitations", "A candidate, a panel, and a private link until a deadline."),
    ("interviews", "Interviews: started, followed, paused, ended."),
    ("transcripts", "What was said."),
    ("scores", "What each answer was worth, with the words that earned it."),
    ("results", "Transcripts, scores, reports and recordings of an interview."),
    ("reports", "The scorecard of an interview, as JSON and as PDF."),
    ("recordings", "Sound and video, by addresses that end."),
    ("decisions", "What a person decided, and why."),
    ("webhooks", "Where events are sent as they happen, and what was sent. Signed by Standard Webhooks 1.0."),
    ("ats", "The shape in which applicant tracking systems talk to assessment partners."),
]
SPECTACULAR = {
    "TITLE": "InterviewBot",
    "DESCRIPTION": DESCRIPTION,
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SERVE_INCLUDE_SCHEMA": False,
    "TAGS": [{"name": name, "description": words} for name, words in TAGS],
    "ENUM_NAME_OVERRIDES": {
        "RecommendationEnum": "interviewpanel.api.session_serializers.RECOMMENDATIONS",
        "OverallEnum": "reports.api.scorecards.OVERALL",
        "MemberAccountEnum": "organizations.api.members.ACCOUNTS",
        "MemberInvitationStateEnum": "organizations.api.member_invitations.STATES",
        "MemberRoleEnum": "organizations.models.Membership.Role",
        "GenerationOperation": "questionbank.models.Generation.Kind",
        "GenerationStatus": "questionbank.api.generations.STATUSES",
        "QuestionTypeEnum": "questionbank.models.Question.Kind",
        "QuestionStatusEnum": "questionbank.models.Question.Status",
        "NewQuestionStatusEnum": ["draft", "review", "live"],
        "PublicationStatus": "interviewpanel.models.panels.InterviewPanel.Status",
        "PhoneCallStatus": "interviewpanel.api.calls.STATUSES",
        "PhoneCallOutcome": "interviewpanel.api.calls.OUTCOMES",
        "SpeakerEnum": ["interviewer", "candidate"],
        "LinkState": "interviewpanel.api.invitation_serializers.STATES",
        "InterviewStatus": "interviewpanel.api.invitation_serializers.SESSION_STATES",
        "ResumeReadingState": "organizations.api.candidate_resumes.STATES",
        "MessageChannel": "organizations.models.messages.MessageTemplate.Channel",
        "MessageState": "organizations.models.messages.Message.State",
        "WebhookDeliveryState": "organizations.domain.webhook_events.STATES",
        "WebhookEvent": "organizations.domain.webhook_events.CHOICES",
        "WebhookSentEvent": "organizations.domain.webhook_events.ALL_CHOICES",
    },
    "WEBHOOKS": "organizations.api.webhook_events.WEBHOOKS",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.api.schema.describe_refusals",
        "config.api.schema.describe_headers",
        "config.api.schema.leave_out_unused_tags",
    ],
}
