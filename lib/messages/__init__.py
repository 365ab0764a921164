"""Carries the outbox to the channels: what was written is sent, retried, or kept as a dead letter."""

from lib.messages.deliver import Delivered, deliver
from lib.messages.draft import draft, trial_draft

__all__ = ["Delivered", "deliver", "draft", "trial_draft"]
