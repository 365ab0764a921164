"""Writes the parts of the README that the code knows: settings, commands, map of `lib/`. A test checks they are current."""

import ast
import re
from pathlib import Path

from lib.config import Settings, variable

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
MAP = (
    "errors", "logs", "build", "config", "masking", "metrics", "schedules", "spend", "queries", "ledger", "access",
    "warehouse", "workspace", "store", "notifications", "recommendations", "explorer", "jobs", "clusters",
    "statements", "watch", "alerts", "genie", "messages", "trust", "explain", "reports", "demo", "files", "connected",
    "context", "operate", "spaces", "alerting", "reporting", "scheduler", "server", "cli", "ui", "news", "progress",
)  # fmt: skip
"""The rooms of `lib/`, from the ground floor up."""


def settings_table() -> str:
    """One line a setting, from the fields of `Settings`."""
    lines = ["| variable | default | what it does |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        lines.append(f"| `{variable(name)}` | {default} | {field.description} |")
    return "\n".join(lines)


def commands_table() -> str:
    """One line a command, from the command line itself."""
    from lib.cli.app import app

    lines = ["| command | what it does |", "|---|---|"]
    for command in app.registered_commands:
        about = (command.callback.__doc__ or "").strip().splitlines()[0] if command.callback else ""
        lines.append(f"| `python -m lib {command.name}` | {about} |")
    for group in app.registered_groups:
        about = (group.typer_instance.info.help if group.typer_instance else "") or ""
        lines.append(f"| `python -m lib {group.name} …` | {about} |")
    return "\n".join(lines)


def lib_map() -> str:
    """One line a room, from the first sentence of its docstring."""
    return "\n".join(["| room | what it knows |", "|---|---|"] + [f"| `lib/{name}` | {_about(name)} |" for name in MAP])


def _about(name: str) -> str:
    folder, module = ROOT / "lib" / name / "__init__.py", ROOT / "lib" / f"{name}.py"
    doc = ast.get_docstring(ast.parse((folder if folder.exists() else module).read_text(encoding="utf-8"))) or ""
    return doc.split("\n\n")[0].replace("\n", " ")


def written(text: str) -> str:
    """The README with each generated part in its place."""
    for name, part in (("settings", settings_table()), ("commands", commands_table()), ("map", lib_map())):
        pattern = rf"(<!-- {name} -->\n).*?(\n<!-- /{name} -->)"
        text, found = re.subn(pattern, lambda match, part=part: match[1] + part + match[2], text, flags=re.DOTALL)  # type: ignore[misc]
        assert found == 1, f"the README has no place for {name}"
    return text


if __name__ == "__main__":
    README.write_text(written(README.read_text(encoding="utf-8")), encoding="utf-8")
