"""Reports in the admin: read, download, review, share, compare; and the home page, which counts what all the apps below
keep."""

from reports.admin.home import show_home
from reports.admin.reports import FILES, InterviewReportAdmin
from reports.admin.shares import ReportShareAdmin

__all__ = ["FILES", "InterviewReportAdmin", "ReportShareAdmin", "show_home"]
