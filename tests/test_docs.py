"""What the README says is what the code knows; registries name things that exist."""

import re
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from docs.generate import MAP, ROOT, written
from lib.cli.app import app
from lib.config import Settings, load, variable
from lib.errors import SettingsError
from lib.explain.figures import FIGURES
from lib.ledger.relations import STORED
from lib.queries.catalogue import load as catalogue
from lib.trust.checks import CHECKS


def test_the_readme_is_current() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert written(text) == text, "run `make docs`"


def test_the_map_names_every_room() -> None:
    rooms = {p.stem if p.is_file() else p.name for p in (ROOT / "lib").iterdir() if not p.name.startswith("__")}
    assert rooms == set(MAP)


def test_links_of_the_documents_lead_somewhere() -> None:
    for document in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for part in document.read_text(encoding="utf-8").split("](")[1:]:
            target = part.split(")")[0].split("#")[0]
            if target and "://" not in target:
                assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_documents_that_code_and_documents_name_are_there() -> None:
    sources = [
        *(ROOT / "lib").rglob("*.py"),
        *(ROOT / "pages").glob("*.py"),
        ROOT / "README.md",
        *(ROOT / "docs").glob("*.md"),
    ]
    named = {name for source in sources for name in re.findall(r"docs/[\w-]+\.md", source.read_text(encoding="utf-8"))}
    assert "docs/messages.md" in named
    assert {name for name in named if not (ROOT / name).exists()} == set()


SERVED = {"healthz", "readyz", "metrics"}
"""Paths that the server answers."""
EVERYWHERE = {"tmp", "Volumes", "Workspace"}
"""First parts of absolute paths that every Unix machine, or every Databricks workspace, has."""


def test_documents_name_no_path_of_somebodys_machine() -> None:
    for document in [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")]:
        text = re.sub(r"<!--.*?-->", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
        found = re.findall(
            r"""(?:^|[\s`("'=\[])(?:[A-Z]:\\|~?/)([A-Za-z_][\w.-]*)(?=[/\\\s`)"',.:;]|$)""", text, flags=re.MULTILINE
        )
        assert set(found) <= SERVED | EVERYWHERE, document.name


def commands_in(text: str) -> list[str]:
    """What documents write after `python -m lib`, without comments, pipes and what comes after them."""
    return [re.split(r"\s#|[`)]|\s[|&]", part.split("\n")[0])[0] for part in text.split("python -m lib ")[1:]]


def test_commands_and_options_in_documents_are_there() -> None:
    root, wrong = get_command(app), []
    for document in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for line in commands_in(document.read_text(encoding="utf-8")):
            words, command = line.split(), root
            while words and isinstance(command, TyperGroup) and words[0] in command.commands:
                command = command.commands[words.pop(0)]
            options = {name for option in command.params for name in (*option.opts, *option.secondary_opts)} | {
                "--help"
            }
            missing = set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", " ".join(words))) - options
            if command is root or missing:
                wrong.append((document.name, line, sorted(missing)))
    assert wrong == []


def test_every_document_can_be_found() -> None:
    documents = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    texts = {document: document.read_text(encoding="utf-8") for document in documents}
    for document in documents[1:]:
        assert any(document.name in text for other, text in texts.items() if other != document), document.name


def test_figures_and_relations_name_queries_that_exist() -> None:
    names = set(catalogue().names)
    assert {figure.query for figure in FIGURES.values()} <= names
    assert {f"base/{relation.name}" for relation in STORED} <= names
    assert len({check.name for check in CHECKS}) == len(CHECKS)


def test_every_setting_is_named_wrong_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAKELEDGER_SOURCE", "moon")
    monkeypatch.setenv("LAKELEDGER_CURRENCY", "dollars")
    monkeypatch.setenv("LAKELEDGER_HIGH_COSTS", "5")
    with pytest.raises(SettingsError) as caught:
        load()
    said = caught.value.message
    assert all(
        part in said for part in ("LAKELEDGER_SOURCE", "LAKELEDGER_CURRENCY", "Did you mean LAKELEDGER_HIGH_COST")
    )


DATABRICKS = {
    "host": "dbc-1.cloud.databricks.com", "token": "t", "profile": "p", "warehouse_id": "w", "warehouse_name": "n",
    "ledger_schema": "main.lakeledger", "act_as": "app", "admin_groups": "a", "operator_groups": "o",
    "workspace_groups": '{"finance": ["*"]}', "statement_timeout": "5", "refresh_timeout": "100",
    "data_interval": "60", "max_rows": "5", "connections": "2", "cloud_fetch": "false", "cloud_costs_table": "a.b.c",
    "job_spends_table": "a.b.d", "ca_file": "ca.pem",
}  # fmt: skip


def test_mistakes_in_secrets_are_told_without_them(monkeypatch: pytest.MonkeyPatch) -> None:
    for bad in ("hunter2", '["hunter2"]', '{"a": ["hunter2"]}'):
        monkeypatch.setenv("LAKELEDGER_CHANNELS", bad)
        with pytest.raises(SettingsError, match="LAKELEDGER_CHANNELS") as caught:
            load()
        assert "hunter2" not in str(caught.value)


def test_every_setting_can_be_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    written = tmp_path / "settings.yaml"
    written.write_text("page_size: 99\n")
    values = {
        "source": "files", "home": str(tmp_path), "currency": "eur", "cost_base": "contract", "discounts": "d.yaml",
        "vm_prices": "v.csv", "query_thresholds": "q.yaml", "high_cost": "12.5", "high_change": "0.2", "memory_limit": "512MB", "threads": "1",
        "store_url": "sqlite:///x.db", "store_endpoint": "projects/p/branches/b/endpoints/e",
        "channels": '{"a": "slack:https://h/x"}', "app_url": "https://x", "hidden_pages": "records", "page_size": "20", "holidays": "US",
        "answers_mb": "90", "log_level": "debug", "debug": "true", "config": str(written),
        "scheduler": "false", "refresh_minutes": "30", "wake_minutes": "90", "tick_seconds": "10",
        "operator_workspaces": "1,2", "operator_tags": "env=dev", "production_tags": "env=live",
            "page_memory_limit": "1GB", "notes_endpoint": "notes",
        "genie_files": "conf/spaces", "genie_env": "dev",
    } | DATABRICKS  # fmt: skip
    assert set(values) == set(Settings.model_fields)
    for name, value in values.items():
        monkeypatch.setenv(variable(name), value)
    found = load()
    assert (found.currency, found.folder, str(found.high_cost)) == ("EUR", tmp_path / "files", "12.5")
    assert found.store_address == "sqlite:///x.db"


def test_a_file_of_settings_comes_after_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "prod.yaml"
    file.write_text(
        "currency: eur\nhigh_cost: 12.5\npage_size: 25\nschema: main.costs\nworkspace_groups: {finance: ['*']}\n"
    )
    monkeypatch.setenv("LAKELEDGER_CONFIG", str(file))
    monkeypatch.setenv("LAKELEDGER_PAGE_SIZE", "30")
    found = load()
    assert (found.currency, str(found.high_cost), found.page_size, found.ledger_schema) == (
        "EUR",
        "12.5",
        30,
        "main.costs",
    )
    assert found.workspace_groups == {"finance": ["*"]}
    assert load(currency="GBP").currency == "GBP"
    for text, said in (
        ("page_sise: 25", "Did you mean page_size"), ("page_size: 1", "LAKELEDGER_PAGE_SIZE"), ("token: hunter2", "LAKELEDGER_TOKEN"),
        ("- a", "is no setting"), ("a: [", "cannot be read"),
    ):  # fmt: skip
        monkeypatch.delenv("LAKELEDGER_PAGE_SIZE", raising=False)
        file.write_text(text)
        with pytest.raises(SettingsError, match=said) as caught:
            load()
        assert "hunter2" not in str(caught.value)
    monkeypatch.setenv("LAKELEDGER_CONFIG", str(tmp_path / "none.yaml"))
    with pytest.raises(SettingsError, match="cannot be read"):
        load()


def test_nothing_else_reads_the_environment() -> None:
    readers = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "lib").rglob("*.py")
        if "os.environ" in path.read_text(encoding="utf-8") or "getenv" in path.read_text(encoding="utf-8")
    ]
    assert readers == ["lib/config.py"]


def test_no_statement_is_glued_together_in_python() -> None:
    verbs = ("SELECT ", "INSERT ", "UPDATE ", "DELETE ", "MERGE ")
    glued = [
        f"{path.relative_to(ROOT)}:{number}"
        for folder in ("explorer", "jobs", "trust", "explain", "ui", "cli", "reports", "spend", "ledger")
        for path in (ROOT / "lib" / folder).rglob("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if any(f'f"{verb}' in line for verb in verbs)
    ]
    assert glued == []
