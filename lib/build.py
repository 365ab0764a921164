"""Which version runs, and from which sources it was built."""

from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cache
from pathlib import Path

VERSION = "0.1.0"
ROOT = Path(__file__).parent.parent
STAMP = ROOT / "build.txt"
"""Written when a bundle is deployed (`make stamp`): one line with the commit and the time."""


@dataclass(frozen=True)
class Build:
    """One build."""

    version: str
    commit: str
    """Short, or empty where nobody can tell."""
    when: str
    """When it was stamped, or when its newest source file was changed."""

    def words(self) -> str:
        """In one line."""
        return " · ".join(part for part in (f"Lakeledger {self.version}", self.commit, self.when) if part)


@cache
def build() -> Build:
    """The build that runs: its stamp, else the commit that is checked out."""
    if STAMP.exists():
        commit, _, when = STAMP.read_text(encoding="utf-8").strip().partition(" ")
        return Build(VERSION, commit, when)
    newest = max((path.stat().st_mtime for path in (ROOT / "lib").rglob("*.py")), default=0)
    when = datetime.fromtimestamp(newest, timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
    return Build(VERSION, _checked_out(ROOT / ".git"), when)


def _checked_out(git: Path) -> str:
    """The commit of a checkout, read from its files: no git is needed."""
    try:
        if git.is_file():
            git = Path(git.read_text(encoding="utf-8").removeprefix("gitdir: ").strip())
        head = (git / "HEAD").read_text(encoding="utf-8").strip()
        if not head.startswith("ref: "):
            return head[:9]
        name = head.removeprefix("ref: ")
        common = git / (git / "commondir").read_text(encoding="utf-8").strip() if (git / "commondir").exists() else git
        for place in (git, common):
            if (place / name).exists():
                return (place / name).read_text(encoding="utf-8").strip()[:9]
        packed = (common / "packed-refs").read_text(encoding="utf-8").splitlines()
        return next((line.split()[0][:9] for line in packed if line.endswith(f" {name}")), "")
    except OSError:
        return ""
