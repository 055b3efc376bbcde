"""How an organization bends the embedded scorer: fitted on its people's ratings, tried on questions left out, and put
in force by a person."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from authentication.models import User
from interviewpanel.domain.calibration_map import check_enough, fit_map, try_map
from interviewpanel.models import CalibrationMap
from interviewpanel.services.calibration.technicals import MeasuredTechnicals
from organizations.models import Organization
from organizations.services.locks import lock_organizations


class MapRefused(Exception):
    """The text says why a map cannot be put in force."""


@transaction.atomic
def fit_organization_map(
    *, organization: Organization, measured: MeasuredTechnicals, user: User, now: datetime
) -> CalibrationMap:
    """Effects: a map, which is not in force. Raises TooFewAnswers."""
    rows = measured.rows
    check_enough(rows)
    lock_organizations([organization.pk])
    last = CalibrationMap.objects.filter(organization=organization).aggregate(last=Max("number"))["last"] or 0
    return CalibrationMap.objects.create(
        organization=organization,
        number=last + 1,
        scorer_version=measured.scorer_version,
        knots=[list(knot) for knot in fit_map(rows)],
        trial=asdict(try_map(rows)),
        fitted_by=user,
        fitted_at=now,
    )


@transaction.atomic
def put_in_force(*, calibration_map: CalibrationMap, reason: str) -> None:
    """Effects: scores made from now on are bent by it; an earlier map ends; what is scored stays. Raises MapRefused."""
    if not reason.strip():
        raise MapRefused("Say why the map is put in force: the reason stands beside it.")
    if calibration_map.trial["mae_after"] >= calibration_map.trial["mae_before"]:
        raise MapRefused("This map made nothing better on questions that it had not seen. It stays out of force.")
    lock_organizations([calibration_map.organization_id])
    CalibrationMap.objects.filter(organization=calibration_map.organization_id).update(is_active=False)
    CalibrationMap.objects.filter(pk=calibration_map.pk).update(is_active=True, reason=reason.strip()[:300])


@transaction.atomic
def take_out_of_force(*, calibration_map: CalibrationMap) -> None:
    """Effects: from now on what is measured counts as measured."""
    CalibrationMap.objects.filter(pk=calibration_map.pk).update(is_active=False)
