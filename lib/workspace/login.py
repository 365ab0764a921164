"""How an identity signs in to a workspace: found in settings, a profile or the environment; nothing is sent here."""

import configparser
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from lib.access import Viewer
from lib.config import Platform, Settings, with_scheme
from lib.errors import SettingsError, SignInError, SourceError

Kind = Literal["viewer", "app", "person"]


@dataclass(frozen=True)
class Login:
    """One identity in one workspace. Equal logins share clients and connections."""

    kind: Kind
    """`viewer`: the one who looks, by forwarded token; `app`: the app's service principal; `person`: who runs a command
    or the app on their own machine."""
    key: str
    """Names the identity in caches and pools: no two people have the same."""
    how: str
    """Where the credentials come from, in words; never the credentials."""
    host: str | None = None
    options: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    """What the SDK's Config gets beside the host."""

    def __hash__(self) -> int:
        return hash((self.kind, self.key, self.host))


@dataclass(frozen=True)
class Profile:
    """One profile of the configuration file, without its secrets."""

    name: str
    host: str
    sign_in: str
    """What kind of credentials it holds, in words."""


def of_viewer(viewer: Viewer, settings: Settings, platform: Platform) -> Login:
    """The login that runs queries for a viewer, as `act_as` says: the viewer's own token, or the app's identity."""
    if not platform.hosted:
        return local(settings, platform)
    if settings.act_as != "app" and viewer.token:
        return Login(
            "viewer",
            f"viewer {viewer.name}",
            f"{viewer.name}, by the token that the platform forwards",
            platform.host,
            {"token": viewer.token, "auth_type": "pat"},
        )
    if settings.act_as == "viewer":
        raise SignInError(
            "Queries are to run as the viewer, and the platform forwards no token.",
            remedy="Give the app the user scope `sql` and sign in again, or set LAKELEDGER_ACT_AS to app.",
        )
    return of_app(platform)


def of_app(platform: Platform) -> Login:
    """The service principal of the app."""
    return Login("app", "app", "the app's service principal", platform.host, {"auth_type": "oauth-m2m"})


def local(settings: Settings, platform: Platform) -> Login:
    """On one's own machine: host and token given, then a profile, then the environment, then profile DEFAULT."""
    file = config_file(platform)
    if settings.host and settings.token:
        secret = settings.token.get_secret_value()
        return _person("the host and token given", settings.host, {"token": secret, "auth_type": "pat"})
    if settings.profile:
        return of_profile(settings.profile, file)
    host = settings.host or platform.host
    if host and platform.has_token:
        return _person("DATABRICKS_TOKEN", host, {"auth_type": "pat"})
    if host and platform.has_client:
        return _person("DATABRICKS_CLIENT_ID and its secret", host, {"auth_type": "oauth-m2m"})
    if platform.profile:
        return of_profile(platform.profile, file)
    if host and settings.token:
        return _person("LAKELEDGER_TOKEN", host, {"token": settings.token.get_secret_value(), "auth_type": "pat"})
    if any(profile.name == "DEFAULT" for profile in profiles(file)):
        return of_profile("DEFAULT", file)
    raise SourceError(
        "No workspace is named to read from.",
        remedy="Set LAKELEDGER_HOST and LAKELEDGER_TOKEN, LAKELEDGER_PROFILE, or the DATABRICKS_* variables "
        "(docs/databricks.md).",
    )


def config_file(platform: Platform) -> Path:
    """The file of profiles."""
    return Path(platform.config_file or "~/.databrickscfg").expanduser()


def profiles(file: Path) -> tuple[Profile, ...]:
    """What the file names, in its order; none when there is no file."""
    return tuple(
        Profile(name, with_scheme(values["host"]) if values.get("host") else "", _sign_in(values))
        for name, values in _read(file).items()
    )


def of_profile(name: str, file: Path) -> Login:
    """The login that a profile describes. Its values are passed on one by one: what the environment says must not mix in."""
    known = _read(file)
    if name not in known:
        listed = ", ".join(known) or "none"
        raise SettingsError(f"There is no profile {name}.", place=str(file), remedy=f"Profiles there are: {listed}.")
    values = dict(known[name])
    host = values.pop("host", None)
    if not host:
        raise SettingsError(f"The profile {name} names no host.", place=str(file), remedy="Add a line `host = …`.")
    if "auth_type" not in values:
        values["auth_type"] = (
            "pat" if "token" in values else "oauth-m2m" if "client_secret" in values else "databricks-cli"
        )
    values.pop("warehouse_id", None)
    return _person(f"profile {name}", with_scheme(host), values)


def profile_warehouse(name: str, file: Path) -> str | None:
    """The warehouse that a profile names."""
    return _read(file).get(name, {}).get("warehouse_id")


def _person(how: str, host: str, options: Mapping[str, str]) -> Login:
    return Login("person", f"person {how}", how, host, options)


def _read(file: Path) -> dict[str, dict[str, str]]:
    parser = configparser.ConfigParser(default_section="\0", interpolation=None)
    try:
        parser.read(file, encoding="utf-8")
    except (configparser.Error, OSError, UnicodeError) as error:
        raise SettingsError(
            "The file of profiles cannot be read.", place=str(file), remedy="Correct it, or remove it."
        ) from error
    return {name: dict(parser[name]) for name in parser.sections() if not name.startswith("__")}


def _sign_in(values: Mapping[str, str]) -> str:
    if "token" in values:
        return "access token"
    if "client_secret" in values:
        return "client id and secret"
    return values.get("auth_type", "sign-in by the Databricks CLI")
