"""Every setting, once: read from the environment (`LAKELEDGER_*`), checked, frozen. Nothing else reads the environment."""

import hashlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Literal

import certifi
from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings import SettingsError as PydanticSettingsError

from lib.errors import SettingsError

PREFIX = "LAKELEDGER_"


class Settings(BaseSettings):
    """What can be set. The README's table is made from these fields."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    source: Literal["demo", "files", "databricks"] = Field(
        "demo", description="Where data comes from: `demo`, `files` or `databricks`"
    )
    config: Path | None = Field(
        None, description="YAML file of settings by name, such as `high_cost: 900`; the environment comes first"
    )
    home: Path = Field(Path(".lakeledger"), description="Folder of databases and state")
    store_url: SecretStr | None = Field(
        None,
        description="Where people's settings, messages and events are kept: `postgresql://…` or `sqlite:///file`; "
        "`state.db` in the home folder if empty (docs/store.md)",
    )
    store_endpoint: str | None = Field(
        None, description="Lakebase endpoint that gives the store's password, `projects/…/endpoints/…` (docs/store.md)"
    )
    channels: dict[str, SecretStr] = Field(
        {}, description='Where messages go, as JSON: `{"finops": "slack:https://…"}`; a secret (docs/messages.md)'
    )
    app_url: str = Field("", description="Address under which people reach the app, for links in messages")
    hidden_pages: str = Field(
        "", description="Pages to switch off, by file name and comma, such as `records,priorities`"
    )
    page_size: int = Field(50, ge=10, le=500, description="Rows of a table on one screen")
    answers_mb: int = Field(
        128,
        ge=16,
        le=65_536,
        description="MB for answers that were given before: rows that were read, and what pages made of them",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="What is logged, from this up")
    debug: bool = Field(False, description="Show what exactly went wrong beside the reference of an unexpected error")
    scheduler: bool = Field(True, description="Run the jobs of the Schedule page in this server (`false`: only `tick`)")
    refresh_minutes: int = Field(
        60, ge=5, le=10080, description="Minutes between two looks for new data while the warehouse runs anyway"
    )
    wake_minutes: int = Field(
        360, ge=5, le=10080, description="Minutes after which a refresh wakes a warehouse that has stopped"
    )
    tick_seconds: int = Field(
        60, ge=1, le=3600, description="How often the scheduler looks for work; a longer time lets Lakebase sleep"
    )
    currency: str = Field("USD", description="Currency shown first; prices in others stay apart")
    cost_base: Literal["list", "contract"] = Field(
        "list", description="Price behind “cost”: `list`, or `contract` (account prices, then discount rules)"
    )
    holidays: str = Field(
        "",
        description="Country whose holidays forecasts know and anomalies leave alone, `DE` or `DE-BY` (docs/statistics.md)",
    )
    discounts: Path | None = Field(None, description="YAML file of dated discount rules (docs/prices.md)")
    vm_prices: Path | None = Field(None, description="CSV file of your own VM prices (docs/prices.md)")
    high_cost: Decimal = Field(Decimal(500), ge=0, description="Jobs and runs that cost at least this are marked")
    high_change: float = Field(
        0.5, ge=0, description="Jobs whose cost rose by at least this share are marked (0.5 = 50 %)"
    )
    query_thresholds: Path | None = Field(
        None, description="YAML file of your own limits for queries (docs/queries.md)"
    )
    memory_limit: str = Field(
        "2GB",
        pattern=r"^\d+(\.\d+)?\s?(MB|GB|MiB|GiB)$",
        description="Memory of the embedded engine while it loads and refreshes",
    )
    page_memory_limit: str = Field(
        "512MB",
        pattern=r"^\d+(\.\d+)?\s?(MB|GB|MiB|GiB)$",
        description="Memory of the embedded engine while it answers pages, however large the account is",
    )
    notes_endpoint: str = Field(
        "", description="Model serving endpoint that writes notes on a run's cost and clusters when asked; off if empty"
    )
    threads: int = Field(0, ge=0, le=256, description="Threads of the embedded engine; 0 = all cores")

    host: str | None = Field(None, description="Address of the workspace; else DATABRICKS_HOST, else the profile's")
    token: SecretStr | None = Field(None, description="Access token for it; else DATABRICKS_TOKEN, else the profile's")
    profile: str | None = Field(None, description="Profile of ~/.databrickscfg; used when no host is set")
    warehouse_id: str | None = Field(
        None, description="SQL warehouse that runs the queries; else DATABRICKS_WAREHOUSE_ID, else one is chosen"
    )
    warehouse_name: str | None = Field(None, description="The same by name; used when no id is set")
    ledger_schema: str | None = Field(
        None,
        validation_alias=AliasChoices("ledger_schema", f"{PREFIX}SCHEMA"),
        pattern=r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_]+$",
        description="Catalog and schema the ledger is kept in, such as `main.lakeledger`; without it all is read live",
    )
    act_as: Literal["auto", "viewer", "app"] = Field(
        "auto", description="As whom queries run: `viewer`, `app`, or `auto` (the viewer when the platform lets us)"
    )
    admin_groups: str = Field("admins", description="Groups whose members may change everything, by comma")
    operator_groups: str = Field("", description="Groups whose members may act on clusters and warehouses, by comma")
    operator_workspaces: str = Field("", description="Workspace ids operators may act in, by comma; empty: all")
    operator_tags: str = Field(
        "", description="Operators may act only on clusters with one of these tags, such as `env=dev, sandbox`"
    )
    production_tags: str = Field(
        "env=prod, env=production, environment=prod",
        description="Clusters with one of these tags ask for their name before they are stopped",
    )
    workspace_groups: dict[str, list[str]] = Field(
        {},
        description='Who sees which workspaces, as JSON: `{"group": ["workspace id"]}`; `*` is all; empty: no limit',
    )
    statement_timeout: int = Field(60, ge=1, le=3600, description="Seconds after which a statement is cancelled")
    refresh_timeout: int = Field(1800, ge=60, le=86400, description="The same for the statements of a refresh")
    data_interval: int = Field(
        900, ge=10, description="Seconds between two looks at whether the data changed; none while nobody looks"
    )
    max_rows: int = Field(1_000_000, ge=1, description="Rows an answer may have; more is refused with a remedy")
    connections: int = Field(6, ge=1, le=32, description="Connections of one identity at most")
    cloud_fetch: bool = Field(True, description="Fetch large answers from cloud storage; `false` when that is blocked")
    cloud_costs_table: str | None = Field(None, description="Table with the cloud's own bill (docs/databricks.md)")
    job_spends_table: str | None = Field(None, description="Table with VM cost by job run (docs/databricks.md)")
    genie_files: Path | None = Field(
        None, description="Folder of Genie space files that the page Spaces plans and applies (docs/genie.md)"
    )
    genie_env: str = Field("prod", description="Environment of those files")
    ca_file: Path | None = Field(None, description="Certificate authority to trust, for a private address")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then the file that `config` names."""
        named = init_settings().get("config") or os.environ.get(f"{PREFIX}CONFIG")
        return init_settings, env_settings, InitSettingsSource(settings_cls, _of_file(named) if named else {})

    @field_validator("currency")
    @classmethod
    def _iso_currency(cls, value: str) -> str:
        if len(value) != 3 or not value.isalpha():
            raise ValueError("a currency is three letters, such as USD")
        return value.upper()

    @field_validator("host")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        return with_scheme(value) if value else None

    @property
    def switched_off(self) -> frozenset[str]:
        """Pages that nobody may open."""
        return _names(self.hidden_pages)

    @property
    def admins(self) -> frozenset[str]:
        """Groups whose members are admins."""
        return _names(self.admin_groups)

    @property
    def operators(self) -> frozenset[str]:
        """Groups whose members are operators."""
        return _names(self.operator_groups)

    @property
    def store_address(self) -> str:
        """Where the store is; may hold a password, so it is for `Store.open` alone."""
        return self.store_url.get_secret_value() if self.store_url else f"sqlite:///{self.home / 'state.db'}"

    @property
    def folder(self) -> Path:
        """Where this source keeps its databases."""
        return self.home / self.source


@dataclass(frozen=True)
class Platform:
    """What Databricks itself puts into the environment; no secret is kept here."""

    app_name: str | None
    """Set only behind the proxy of Databricks Apps: without it, nobody's headers are believed."""
    host: str | None
    warehouse_id: str | None
    has_token: bool
    has_client: bool
    """A service principal's id and secret are there."""
    profile: str | None
    config_file: str | None = None

    @property
    def hosted(self) -> bool:
        """Does this process run as a Databricks App?"""
        return self.app_name is not None


def platform() -> Platform:
    """What the platform's own variables say, read anew each time."""
    read = os.environ.get
    host = read("DATABRICKS_HOST")
    return Platform(
        app_name=read("DATABRICKS_APP_NAME") or None,
        host=with_scheme(host) if host else None,
        warehouse_id=read("DATABRICKS_WAREHOUSE_ID") or None,
        has_token=bool(read("DATABRICKS_TOKEN")),
        has_client=bool(read("DATABRICKS_CLIENT_ID") and read("DATABRICKS_CLIENT_SECRET")),
        profile=read("DATABRICKS_CONFIG_PROFILE") or None,
        config_file=read("DATABRICKS_CONFIG_FILE") or None,
    )


def with_scheme(host: str) -> str:
    """A workspace address as a URL without a path: the platform gives it with and without `https://`.

    >>> with_scheme("dbc-1.cloud.databricks.com/")
    'https://dbc-1.cloud.databricks.com'
    """
    url = host.strip().rstrip("/")
    return url if url.startswith(("https://", "http://")) else f"https://{url}"


def trusted_bundle() -> str | None:
    """The file of authorities that this machine's owner told HTTP clients to trust, None for their own."""
    return os.environ.get("REQUESTS_CA_BUNDLE") or None


def trust_own_ca(path: Path) -> None:
    """Let the SDK's HTTP client trust a private authority too; it reads only the environment, and only one file."""
    before = os.environ.get("REQUESTS_CA_BUNDLE") or certifi.where()
    own = path.read_bytes()
    known = Path(before).read_bytes() if Path(before).is_file() else b""
    if own in known:
        return
    together = Path(tempfile.gettempdir()) / f"lakeledger-ca-{hashlib.sha256(known + own).hexdigest()[:16]}.pem"
    if not together.exists():
        fresh = together.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(known + b"\n" + own)
        fresh.replace(together)
    os.environ["REQUESTS_CA_BUNDLE"] = str(together)


def _names(listed: str) -> frozenset[str]:
    return frozenset(name.strip() for name in listed.split(",") if name.strip())


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return load()


def load(**values: object) -> Settings:
    """Settings from the environment, with `values` before it; all mistakes in one error, unknown names included."""
    problems = _unknown_names()
    try:
        found = Settings(**values)  # type: ignore[arg-type]
    except ValidationError as error:
        problems += [f"{variable(str(e['loc'][0]))}: {e['msg']}{_given(e)}" for e in error.errors()]
    except PydanticSettingsError as error:  # a value that should be JSON
        name = str(error).partition('"')[2].partition('"')[0]
        problems.append(f"{variable(name)}: this is no JSON object")
    if problems:
        raise SettingsError(
            "These settings cannot be used:\n" + "\n".join(problems),
            remedy="Correct them in the environment or in app.yaml; the README lists every setting.",
        )
    return found


def _of_file(named: object) -> dict[str, object]:
    """What a file of settings says, each name checked."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    file = Path(str(named))
    try:
        said = YAML(typ="safe").load(file.read_text(encoding="utf-8")) or {}
    except (OSError, ValueError, YAMLError) as error:
        raise SettingsError(
            "The file of settings cannot be read.",
            place=str(file),
            remedy=f"{type(error).__name__}: write one setting a line.",
        ) from error
    known = {("schema" if name == "ledger_schema" else name): name for name in Settings.model_fields}
    problems = []
    for name in said if isinstance(said, dict) else ["it"]:
        if name not in known or name == "config":
            near = get_close_matches(str(name), known, n=1)
            problems.append(f"{name} is no setting." + (f" Did you mean {near[0]}?" if near else ""))
        elif "Secret" in str(Settings.model_fields[known[name]].annotation):
            problems.append(f"{name} is a secret: set {variable(known[name])} in the environment.")
    if problems:
        raise SettingsError("These settings cannot be used:\n" + "\n".join(problems), place=str(file))
    return {known[name]: value for name, value in said.items()}


def _given(problem: ErrorDetails) -> str:
    """What was given, unless it may be a secret."""
    field = Settings.model_fields.get(str(problem["loc"][0]))
    return "" if field is None or "Secret" in str(field.annotation) else f" (given: {problem['input']!r})"


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return f"{PREFIX}SCHEMA" if name == "ledger_schema" else f"{PREFIX}{name.upper()}"


def _unknown_names() -> list[str]:
    known = [variable(name) for name in Settings.model_fields]
    unknown = [name for name in os.environ if name.upper().startswith(PREFIX) and name.upper() not in known]
    near = {name: get_close_matches(name.upper(), known, n=1) for name in unknown}
    return [f"{name} is no setting." + (f" Did you mean {near[name][0]}?" if near[name] else "") for name in unknown]


def process_environment() -> Mapping[str, str]:
    """Everything in the environment, for files of people's own whose placeholders it may fill."""
    return dict(os.environ)
