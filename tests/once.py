"""Accounts that cost seconds to make: the first test process that wants one makes it, the others copy it."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def copy_of(name: str, make: Callable[[Path], object], factory: pytest.TempPathFactory) -> Path:
    """A folder of this process alone, as `make` filled it in whichever process of the run came first."""
    made = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        made = made.parent  # of the whole run
    whole, part = made / f"once-{name}", made / f"once-{name}-part"
    with (made / f"once-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.exists():
            shutil.rmtree(part, ignore_errors=True)  # of a process that died
            part.mkdir()
            make(part)
            part.rename(whole)
    own = factory.mktemp(name)
    shutil.copytree(whole, own, dirs_exist_ok=True)
    return own
