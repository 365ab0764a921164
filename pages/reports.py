"""Reports that are sent by themselves, and every one that was made, with its files."""

from lib.ui import errors, frame, report_parts, session

frame.title("Reports", as_of=session.as_of_words(), freshness=session.freshness())
with errors.shown():
    report_parts.draw()
