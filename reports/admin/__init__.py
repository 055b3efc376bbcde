"""Reports in the admin, and the page on which an interview is reviewed."""

from reports.admin.reports import FILES, InterviewReportAdmin

__all__ = ["FILES", "InterviewReportAdmin"]
