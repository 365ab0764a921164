"""Case files of rules about SQL: what a rule must find below `-- bad`, and what it must leave alone below `-- good`."""

from pathlib import Path


def cases(folder: Path, verdict: str) -> list[tuple[str, str]]:
    """(rule, statement) of all case files of a folder; ⏎ stands for a line end."""
    found = []
    for path in sorted(folder.glob("*.sql")):
        section = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if line in ("-- bad", "-- good"):
                section = line[3:]
            elif section == verdict:
                found.append((path.stem, line.replace("⏎", "\n")))
    return found
