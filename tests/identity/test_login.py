"""How an identity signs in, and in which order its credentials are looked for."""

from pathlib import Path

import pytest

from lib.access import Viewer
from lib.config import Platform, load
from lib.errors import SettingsError, SignInError, SourceError
from lib.workspace.login import local, of_profile, of_viewer, profiles

FILE = """
[DEFAULT]
host = https://default.example.com
token = default-secret

[dev]
host = dev.example.com
client_id = app-1
client_secret = dev-secret
warehouse_id = w9

[__settings__]
default_profile = dev

[prod]
host = https://prod.example.com/
auth_type = databricks-cli
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "profiles"
    path.write_text(FILE, encoding="utf-8")
    return path


def outside(file: Path | None = None, **values: object) -> Platform:
    given = {"app_name": None, "host": None, "warehouse_id": None, "has_token": False, "has_client": False}
    return Platform(**given | {"profile": None, "config_file": str(file or "/nowhere")} | values)  # type: ignore[arg-type]


def test_credentials_are_looked_for_in_order(file: Path) -> None:
    everything = outside(file, host="https://env.example.com", has_token=True, profile="prod")
    given = load(host="given.example.com", token="t", profile="dev")
    assert local(given, everything).host == "https://given.example.com"
    assert local(load(profile="dev"), everything).host == "https://dev.example.com"
    assert local(load(), everything).how == "DATABRICKS_TOKEN"
    assert local(load(), outside(file)).how == "profile DEFAULT"
    with pytest.raises(SourceError, match="No workspace"):
        local(load(), outside())


def test_a_profile_is_used_whole_whatever_the_environment_holds(file: Path) -> None:
    login = of_profile("dev", file)
    assert login.options == {"client_id": "app-1", "client_secret": "dev-secret", "auth_type": "oauth-m2m"}


def test_profiles_are_listed_without_their_secrets(file: Path) -> None:
    listed = profiles(file)
    assert [(p.name, p.host, p.sign_in) for p in listed] == [
        ("DEFAULT", "https://default.example.com", "access token"),
        ("dev", "https://dev.example.com", "client id and secret"),
        ("prod", "https://prod.example.com", "databricks-cli"),
    ]
    assert "secret" not in repr(listed).replace("id and secret", "")
    assert "dev-secret" not in repr(of_profile("dev", file))


def test_an_unknown_profile_names_those_there_are(file: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        of_profile("test", file)
    assert "DEFAULT, dev, prod" in caught.value.remedy


def test_on_the_platform_queries_run_as_the_viewer_when_their_token_is_there() -> None:
    hosted = outside(app_name="lakeledger", host="https://ws.example.com")
    ada, bob = Viewer("ada@example.com", token="a"), Viewer("bob@example.com")
    assert of_viewer(ada, load(), hosted).key == "viewer ada@example.com"
    assert of_viewer(ada, load(), hosted).options["auth_type"] == "pat"
    assert of_viewer(bob, load(), hosted).kind == "app"
    assert of_viewer(ada, load(act_as="app"), hosted).key == "app"
    with pytest.raises(SignInError, match="forwards no token"):
        of_viewer(bob, load(act_as="viewer"), hosted)


def test_a_token_is_in_no_representation() -> None:
    hosted = outside(app_name="lakeledger", host="https://ws.example.com")
    ada = Viewer("ada@example.com", token="very-secret")
    assert "very-secret" not in repr(of_viewer(ada, load(), hosted)) + repr(ada) + repr(load(token="very-secret"))
