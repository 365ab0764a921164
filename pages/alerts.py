"""What fires, who looks after it, the rules behind it, and what happened."""

from lib.ui import alert_parts, errors, frame, session

frame.title("Alerts", as_of=session.as_of_words(), freshness=session.freshness())
with errors.shown():
    alert_parts.draw()
