"""Reports that are sent by themselves, and every one that was made, with its files."""

from lib.ui import errors, page, report_parts

page.dated("Reports")
with errors.shown():
    report_parts.draw()
