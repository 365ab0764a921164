"""What one has set for oneself, and how this app is set up."""

from lib.ui import connection_parts, errors, frame, own, settings_parts

frame.title("Settings")
with errors.shown():
    own.draw()
with errors.shown():
    connection_parts.draw()
with errors.shown():
    settings_parts.draw()
with errors.shown():
    settings_parts.about()
