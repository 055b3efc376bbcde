"""What language models were asked for, and what it took. Months are those of UTC, for which budgets are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.db.models import BigIntegerField, Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, TruncMonth

from organizations.models import Organization
from questionbank.models import ModelCall

LATELY_DAYS = 30
MOST_TIMED = 20_000  # the newest calls of which percentiles are told
QUANTILES = (0.5, 0.95)


@dataclass(frozen=True)
class Usage:
    """Of some calls together. `cost` in US dollars is of those with a price; `unpriced` says how many have none."""

    calls: int = 0
    failed: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: Decimal | None = None
    unpriced: int = 0

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens

    def __add__(self, other: "Usage") -> "Usage":
        costs = [one for one in (self.cost, other.cost) if one is not None]
        return Usage(
            self.calls + other.calls,
            self.failed + other.failed,
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            sum(costs, Decimal(0)) if costs else None,
            self.unpriced + other.unpriced,
        )


@dataclass(frozen=True)
class PurposeMonth:
    month: datetime  # its first moment
    purpose: str
    usage: Usage


@dataclass(frozen=True)
class Speed:
    """Seconds of the answers of one purpose lately; a value that was measured, not one between two."""

    purpose: str
    calls: int
    median_seconds: float
    slow_seconds: float  # 95 of 100 were faster


def find_month_start(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def list_month_starts(now: datetime, months: int) -> list[datetime]:
    """The latest months, the oldest first, this one among them."""
    starts = [find_month_start(now)]
    while len(starts) < months:
        starts.append(find_month_start(starts[-1] - timedelta(days=1)))
    return starts[::-1]


def count_month_tokens(organization_id: int, now: datetime) -> int:
    """Of all calls of this month (UTC), failed ones too: read and written tokens together."""
    calls = ModelCall.objects.filter(organization_id=organization_id, created_at__gte=find_month_start(now))
    sums = calls.aggregate(read=Coalesce(Sum("prompt_tokens"), 0), written=Coalesce(Sum("completion_tokens"), 0))
    return int(sums["read"] + sums["written"])


def list_month_tokens(
    organizations: QuerySet[Organization], now: datetime, most: int
) -> list[tuple[Organization, int]]:
    """This month's tokens of each, the most first. One query, by the index of each organization's calls."""
    calls = ModelCall.objects.filter(organization=OuterRef("pk"), created_at__gte=find_month_start(now)).order_by()
    summed = calls.values("organization").annotate(used=Sum(F("prompt_tokens") + F("completion_tokens"))).values("used")
    used = Coalesce(Subquery(summed, output_field=BigIntegerField()), 0)
    found = organizations.annotate(tokens_used=used).order_by("-tokens_used", "name", "pk")[:most]
    return [(one, int(getattr(one, "tokens_used"))) for one in found]  # noqa: B009 - the annotation is ours


def list_purpose_months(calls: QuerySet[ModelCall], since: datetime) -> list[PurposeMonth]:
    """What was used by month and purpose; nothing where there were no calls. One query."""
    rows = (
        calls.filter(created_at__gte=since)
        .annotate(month=TruncMonth("created_at", tzinfo=UTC))
        .values("month", "purpose")
        .annotate(
            calls=Count("pk"),
            failed=Count("pk", filter=~Q(outcome=ModelCall.Outcome.DONE)),
            read=Sum("prompt_tokens"),
            written=Sum("completion_tokens"),
            paid=Sum("cost"),
            unpriced=Count("pk", filter=Q(cost__isnull=True) & (Q(prompt_tokens__gt=0) | Q(completion_tokens__gt=0))),
        )
        .order_by("month", "purpose")
    )
    return [
        PurposeMonth(
            row["month"],
            row["purpose"],
            Usage(row["calls"], row["failed"], row["read"], row["written"], row["paid"], row["unpriced"]),
        )
        for row in rows
    ]


def list_speeds(calls: QuerySet[ModelCall], now: datetime) -> list[Speed]:
    """Of the answers of the last thirty days, by purpose. One query."""
    done = calls.filter(outcome=ModelCall.Outcome.DONE, created_at__gte=now - timedelta(days=LATELY_DAYS))
    by_purpose: dict[str, list[float]] = {}
    for purpose, seconds in done.order_by("-pk").values_list("purpose", "seconds")[:MOST_TIMED]:
        by_purpose.setdefault(purpose, []).append(seconds)
    return [
        Speed(purpose, len(seconds), *(find_quantile(seconds, share) for share in QUANTILES))
        for purpose, seconds in sorted(by_purpose.items())
    ]


def find_quantile(values: Sequence[float], share: float) -> float:
    """The nearest of the values themselves."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def list_failures(calls: QuerySet[ModelCall], now: datetime, most: int = 10) -> Collection[ModelCall]:
    """The newest that brought nothing, of the last thirty days."""
    failed = calls.exclude(outcome=ModelCall.Outcome.DONE).filter(created_at__gte=now - timedelta(days=LATELY_DAYS))
    return failed.select_related("organization").order_by("-pk")[:most]
