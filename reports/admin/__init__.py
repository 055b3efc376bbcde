"""Reports in the admin: read, download, review, share, compare."""

from reports.admin.reports import FILES, InterviewReportAdmin
from reports.admin.shares import ReportShareAdmin

__all__ = ["FILES", "InterviewReportAdmin", "ReportShareAdmin"]
