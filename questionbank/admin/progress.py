"""How far a generation has come, as every page shows it that waits for one; static/questionbank/progress.js redraws it.

A page puts `show_progress` into its context and includes questionbank/progress.html.
"""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from organizations.admin.scope import get_reach
from organizations.admin.tables import draw_badge
from questionbank.domain.generation_states import LogStatus, name_status
from questionbank.models import Generation

GENERATE = "questionbank.generate_generation"
TONES = {LogStatus.IN_PROGRESS: "is-info", LogStatus.SUCCESS: "is-good", LogStatus.FAILED: "is-bad"}
WORDS = {LogStatus.IN_PROGRESS: "in progress", LogStatus.SUCCESS: "done", LogStatus.FAILED: "failed"}


def draw_status(generation: Generation) -> SafeString:
    """What waits because it did not do looks other than what waits its turn."""
    status = name_status(generation.work_status)
    if generation.work_status == "queued":
        return draw_badge("trying again", "is-warning") if generation.last_error else draw_badge("waiting", "is-info")
    return draw_badge(WORDS[status], TONES[status])


def write_progress(generation: Generation) -> str:
    """Such as: 2 of 7 steps."""
    return f"{generation.steps_done} of {generation.steps} step{'' if generation.steps == 1 else 's'}"


def may_generate(request: HttpRequest, organization_id: int | None) -> bool:
    """Whether this user may have something generated for the organization."""
    return request.user.has_perm(GENERATE) and get_reach(request).may(GENERATE, organization_id)


def show_progress(request: HttpRequest, generation: Generation) -> dict[str, Any]:
    """What questionbank/progress.html needs."""
    is_over = generation.is_over
    may = may_generate(request, generation.organization_id)
    has_failed = name_status(generation.work_status) == LogStatus.FAILED
    pages = {
        name: reverse(f"admin:questionbank_generation_{name}", args=[generation.pk])
        for name in ("progress", "change", "cancel", "again")
    }
    return {
        "row": generation,
        "badge": draw_status(generation),
        "text": write_progress(generation),
        "percent": round(100 * generation.steps_done / max(1, generation.steps)),
        "is_over": is_over,
        "url": pages["progress"],
        "page": pages["change"],
        "cancel_url": pages["cancel"] if may and not is_over else "",
        "again_url": pages["again"] if may and has_failed else "",
    }
