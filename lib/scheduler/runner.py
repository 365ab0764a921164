"""Ticks again and again in a thread of its own, until told to stop."""

import logging
import threading
from datetime import timedelta

from lib.context import Context
from lib.errors import AppError
from lib.scheduler.tick import tick
from lib.schedules import Clock

logger = logging.getLogger("lakeledger.scheduler")
STOP_S = 8.0
"""How long a stop waits for the job that is running; the platform kills after 15 s."""


NAME = "scheduler"


def runs_here() -> bool:
    """Whether this process runs jobs by itself; `streamlit run app.py` does not."""
    return any(thread.name == NAME for thread in threading.enumerate())


class Runner:
    """The scheduler of a server process."""

    def __init__(self, context: Context, clock: Clock) -> None:
        self._context = context
        self._clock = clock
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=NAME, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End: at once when nothing runs, else after the job that is running, or without waiting longer for it."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join(STOP_S)
        if self._thread.is_alive():
            logger.warning("a job is still running; the next process will find it unfinished and run it again")

    def _run(self) -> None:
        longest = timedelta(seconds=self._context.settings.tick_seconds)
        while not self._stop.is_set():
            wait = longest
            try:
                done = tick(self._context, self._clock, stop=self._stop)
                if done.next:
                    wait = min(longest, max(done.next - self._clock(), timedelta(seconds=1)))
            except AppError as error:
                logger.warning("the scheduler could not look: %s", error)
            except Exception:
                logger.exception("the scheduler could not look")
            self._stop.wait(wait.total_seconds())
