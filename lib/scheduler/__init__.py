"""What runs by itself, and when: the list of jobs, and the tick that runs what is due under a lease."""

from lib.scheduler.jobs import JOBS, Job
from lib.scheduler.tick import Ran, Ticked, tick

__all__ = ["JOBS", "Job", "Ran", "Ticked", "tick"]
