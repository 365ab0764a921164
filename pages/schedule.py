"""What runs by itself, when, and how it went."""

from lib.ui import errors, frame, schedule_parts

frame.title("Schedule")
with errors.shown():
    schedule_parts.draw()
