"""Whether a scorer still says of frozen answers what it said of them. Called by services/calibration/runs.py. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from interviewpanel.domain.agreement import Agreement

MOST_MEAN_CHANGE = 3.0
"""Points of 100 by which the composites may differ on average: half of what divides one grade from the next is 2.5."""
MOST_STATE_CHANGES = 0.1
"""Share of answers that may get a number and had none, or had one and get none."""
MOST_KAPPA_LOSS = 0.05


@dataclass(frozen=True)
class Scored:
    """What a run said of one frozen answer; no composite where there was none."""

    state: str
    composite: int | None


@dataclass(frozen=True)
class Drift:
    """`alarms` are sentences; empty where nothing is wrong."""

    compared: int
    mean_change: float | None  # of composites that both runs have, absolute
    shift: float | None  # the same, signed: above 0 the scorer is milder than it was
    state_changes: int
    alarms: tuple[str, ...]


def compare_runs(
    before: Mapping[str, Scored],
    now: Mapping[str, Scored],
    agreed_before: Agreement | None = None,
    agreed_now: Agreement | None = None,
) -> Drift:
    """`before` and `now` by answer; what one of them lacks was not scored and is an alarm of its own."""
    both = [key for key in before if key in now]
    changes = [
        (new.composite or 0) - (old.composite or 0)
        for old, new in ((before[key], now[key]) for key in both)
        if old.composite is not None and new.composite is not None
    ]
    moved = sum((before[key].composite is None) != (now[key].composite is None) for key in both)
    mean_change = fmean(abs(change) for change in changes) if changes else None
    return Drift(
        compared=len(both),
        mean_change=mean_change,
        shift=fmean(changes) if changes else None,
        state_changes=moved,
        alarms=tuple(list_alarms(len(before), len(both), mean_change, moved, agreed_before, agreed_now)),
    )


def list_alarms(
    wanted: int,
    compared: int,
    mean_change: float | None,
    moved: int,
    agreed_before: Agreement | None,
    agreed_now: Agreement | None,
) -> Sequence[str]:
    alarms = []
    if compared < wanted:
        alarms.append(f"{wanted - compared} of {wanted} answers could not be scored.")
    if mean_change is not None and mean_change > MOST_MEAN_CHANGE:
        alarms.append(f"Scores differ by {mean_change:.1f} points on average; {MOST_MEAN_CHANGE:g} are normal.")
    if compared and moved > MOST_STATE_CHANGES * compared:
        alarms.append(f"{moved} of {compared} answers got a score and had none, or had one and get none.")
    kappas = [one.qwk if one else None for one in (agreed_before, agreed_now)]
    if kappas[0] is not None and kappas[1] is not None and kappas[0] - kappas[1] > MOST_KAPPA_LOSS:
        alarms.append(f"Agreement with people fell from {kappas[0]:.2f} to {kappas[1]:.2f} (weighted kappa).")
    return alarms
