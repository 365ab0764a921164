"""A command loads what it needs and no more: most of a short command's time is imports."""

import subprocess
import sys

import pytest

from lib.cli.commands import COMMANDS


@pytest.mark.parametrize("heavy", ["sqlalchemy", "apprise", "lib.clusters", "lib.reports"])
def test_spend_does_not_load(heavy: str) -> None:
    code = f"import sys; from lib.cli.commands import app_of; app_of(['spend']); sys.exit({heavy!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("words", [["--help"], ["nope"]])
def test_without_a_known_command_all_are_there(words: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", "lib", *words], check=False, capture_output=True, text=True)
    assert done.returncode == (0 if words == ["--help"] else 2)
    shown = COMMANDS if words == ["--help"] else ["No such command"]
    assert all(name in done.stdout + done.stderr for name in shown)


def test_one_command_is_still_asked_for_by_its_name() -> None:
    done = subprocess.run([sys.executable, "-m", "lib", "spend", "--help"], check=False, capture_output=True, text=True)
    assert "python -m lib spend" in done.stdout
