"""Messages that leave the app: what waits, what went, what could not be sent."""

from lib.ui import errors, frame, messages_parts

frame.title("Messages")
with errors.shown():
    messages_parts.draw()
