"""Reports in the admin: read, download, share, compare."""

from reports.admin.reports import InterviewReportAdmin
from reports.admin.shares import ReportShareAdmin

__all__ = ["InterviewReportAdmin", "ReportShareAdmin"]
