"""Environments and `${variables}`: which file speaks, what comes before what, what is left over.

A value comes from, in this order: what the caller gives, the environment's file, the name `env` itself, the process
environment, the name `dollar` itself. Only values are replaced, at any depth, once. The text `${x}` itself is written
`${dollar}{x}`: a doubled dollar sign could not mean it, because existing files write amounts as `$${amount}`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lib.genie import documents
from lib.genie.problems import Problem

PLACEHOLDER = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
DOLLAR = "dollar"
"""The variable that is a dollar sign, unless somebody gives it another value."""
KNOWN_KEYS = ("variables", "workspace_url", "warehouse_id", "auth", "naming", "settings")


@dataclass(frozen=True)
class Environment:
    """What an environment says."""

    name: str
    values: Mapping[str, Any] = field(default_factory=dict)
    file: str = ""
    profile: str | None = None
    require_confirmation: bool = False
    problems: tuple[Problem, ...] = ()

    @property
    def workspace_url(self) -> str | None:
        """The workspace the environment belongs to; None when its file does not say."""
        url = self.values.get("workspace_url")
        return str(url) if url and not str(url).startswith("<") else None


def find(folder: Path, env: str) -> Environment:
    """The environment `env` of space files in `folder`: `environments/<env>.yaml` there, beside it, or `<env>.yaml`."""
    for path in (
        folder / "environments" / f"{env}.yaml",
        folder.parent / "environments" / f"{env}.yaml",
        folder / f"{env}.yaml",
    ):
        if path.is_file():
            return read(path, env)
    for path in (folder.parent / "variables" / "env.yaml", folder / "variables" / "env.yaml"):
        if path.is_file():
            return _scaffolded(path, env)
    return Environment(env)


def read(path: Path, env: str) -> Environment:
    """What an environment's file says; its mistakes are problems."""
    document = documents.read(_text(path), str(path))
    value = document.value if document.value is not None else {}
    problems = list(document.problems)
    if not isinstance(value, dict):
        problems.append(document.problem("error", "not-a-map", "An environment file is a map."))
        value = {}
    variables = value.get("variables") or {}
    if not isinstance(variables, dict):
        problems.append(document.problem("error", "wrong-type", "`variables` is a map of names.", ("variables",)))
        variables = {}
    values = {name: item for name, item in variables.items() if item is not None}
    for name in ("workspace_url", "warehouse_id"):
        if value.get(name):
            values[name] = value[name]
    for name in value:
        if name not in KNOWN_KEYS:
            problems.append(document.problem("warning", "unknown-key", f"{name} has no effect here.", (name,)))
    naming = value.get("naming") or {}
    if isinstance(naming, dict) and any(naming.values()):
        problems.append(
            document.problem(
                "warning", "naming", "Prefixes are not applied: a title is what its file says.", ("naming",)
            )
        )
    auth, settings = value.get("auth") or {}, value.get("settings") or {}
    profile = auth.get("profile") if isinstance(auth, dict) else None
    confirm = bool(settings.get("require_confirmation")) if isinstance(settings, dict) else False
    profile = profile if profile and not str(profile).startswith("<") else None
    return Environment(env, values, str(path), profile, confirm, tuple(problems))


def _scaffolded(path: Path, env: str) -> Environment:
    document = documents.read(_text(path), str(path))
    value = document.value if isinstance(document.value, dict) else {}
    found = value.get(env)
    notice = document.problem("notice", "old-variables", "Variables are read from here: there is no environment file.")
    return Environment(env, found if isinstance(found, dict) else {}, str(path), problems=(*document.problems, notice))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig", errors="replace")


@dataclass
class Substitution:
    """The values for one environment, and what was asked of them."""

    environment: Environment
    given: Mapping[str, str] = field(default_factory=dict)
    process: Mapping[str, str] = field(default_factory=dict)
    """The process environment, as far as the caller lets it in."""
    from_process: set[str] = field(default_factory=set)
    """Names whose value came from the process environment: a plan says so."""

    left: list[tuple[documents.Path, str]] = field(default_factory=list)
    """Placeholders that nobody filled, in what was replaced last: where, and which variable."""

    def value(self, name: str) -> str | None:
        """The text that replaces `${name}`; None when nobody knows it."""
        if name in self.given:
            return str(self.given[name])
        if name in self.environment.values:
            return _as_text(self.environment.values[name])
        if name == "env":
            return self.environment.name
        if name in self.process:
            self.from_process.add(name)
            return self.process[name]
        return "$" if name == DOLLAR else None

    def applied(self, value: Any) -> Any:
        """The value with every known placeholder replaced; `left` names those that are not known."""
        self.left = []
        return self._applied(value, ())

    def _applied(self, value: Any, at: documents.Path) -> Any:
        if isinstance(value, str):
            return self._text(value, at) if "${" in value else value
        if isinstance(value, dict):
            return {key: self._applied(item, (*at, key)) for key, item in value.items()}
        if isinstance(value, list):
            return [self._applied(item, (*at, number)) for number, item in enumerate(value)]
        return value

    def _text(self, text: str, at: documents.Path) -> str:
        missing: dict[str, None] = {}

        def replacement(match: re.Match[str]) -> str:
            found = self.value(match[1])
            if found is None:
                missing[match[1]] = None
                return match[0]
            missing.update(dict.fromkeys(PLACEHOLDER.findall(found)))  # a value is not looked into again
            return found

        replaced = PLACEHOLDER.sub(replacement, text)
        self.left += [(at, name) for name in missing]
        return replaced


def _as_text(value: Any) -> str:
    return str(value)


def literal(value: Any) -> Any:
    """A value as a file has to spell it, so that no text in it is taken for a placeholder.

    >>> literal({"sql": "SELECT '${x}'"})
    {'sql': "SELECT '${dollar}{x}'"}
    """
    if isinstance(value, str):
        return PLACEHOLDER.sub(r"${dollar}{\1}", value) if "${" in value else value
    if isinstance(value, Mapping):
        return {key: literal(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [literal(item) for item in value]
    return value
