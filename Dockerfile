# syntax=docker/dockerfile:1
# The full stack's image: web, workers and beat are the same image with other commands (compose.yaml).
ARG PYTHON=3.12

# --- Packages: installed apart, so that neither pip's cache nor a compiler reaches the image that runs ---------------
FROM python:${PYTHON}-slim-bookworm AS packages
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
COPY requirements.txt requirements-livekit.txt /
# With interviews in LiveKit's rooms (docs/rooms.md): --build-arg ROOMS=1
ARG ROOMS=
RUN --mount=type=cache,target=/root/.cache/pip \
    pip install --disable-pip-version-check -r /requirements.txt ${ROOMS:+-r /requirements-livekit.txt}

# --- What runs -------------------------------------------------------------------------------------------------------
FROM python:${PYTHON}-slim-bookworm
# The libraries WeasyPrint loads (the same as in bin/setup), a font for the report, and a voice for panels that want one.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core espeak-ng \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin interviewbot \
    && install -d -o interviewbot /data
COPY --from=packages /venv /venv
WORKDIR /app
COPY . .
RUN python -m compileall -q authentication config interviewpanel organizations questionbank reports

# /data holds all that the site writes: media, static files, downloaded Whisper models (HF_HOME).
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    STACK=full DEBUG=false VAR_DIR=/data HF_HOME=/data/models
VOLUME /data
USER interviewbot
EXPOSE 4545
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 CMD ["python", "bin/is_live"]
CMD ["uvicorn", "config.asgi:application", "--host", "0.0.0.0", "--port", "4545", "--ws", "websockets-sansio", \
     "--ws-max-size", "262144", "--ws-per-message-deflate", "false", "--ws-ping-interval", "20", "--ws-ping-timeout", "30"]
