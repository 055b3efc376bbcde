"""Reports in the admin, and the home page, which counts what all the apps below keep."""

from reports.admin.home import show_home
from reports.admin.reports import InterviewReportAdmin

__all__ = ["InterviewReportAdmin", "show_home"]
