"""What the loopback workspace knows: people, tokens, groups, permissions, grants, and the things of each API family.

All of it is JSON-able and, when a file is given, written there after every request that may have changed something, so
that a restart finds the same workspace. Rows of tables live elsewhere (`unity.py`).
"""

import base64
import copy
import hashlib
import json
import os
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lib.demo.workspace.faults import Faults
from lib.demo.workspace.record import Recorder
from lib.demo.workspace.refusals import Refusal, denied

if TYPE_CHECKING:
    from lib.demo.workspace.account import Account
    from lib.demo.workspace.engine import Engine

WORKSPACE_ID = "3482915067342118"
"""`northwind-prod` of the demo account."""

ADMIN = "demo@lakeledger.example"
OPERATOR = "otto.berg@northwind.example"
ANALYST = "ana.costa@northwind.example"
OUTSIDER = "siobhan.o'neill@northwind.example"
APP = "7d0a6f0e-52c7-4f6b-9f55-1c1b6f0a4e21"
"""Application id of the service principal the app runs as."""

LEVELS: Mapping[str, tuple[str, ...]] = {
    "clusters": ("CAN_ATTACH_TO", "CAN_RESTART", "CAN_MANAGE"),
    "cluster-policies": ("CAN_USE",),
    "instance-pools": ("CAN_ATTACH_TO", "CAN_MANAGE"),
    "jobs": ("CAN_VIEW", "CAN_MANAGE_RUN", "IS_OWNER", "CAN_MANAGE"),
    "pipelines": ("CAN_VIEW", "CAN_RUN", "IS_OWNER", "CAN_MANAGE"),
    "warehouses": ("CAN_VIEW", "CAN_MONITOR", "CAN_USE", "IS_OWNER", "CAN_MANAGE"),
    "genie": ("CAN_VIEW", "CAN_RUN", "CAN_EDIT", "CAN_MANAGE"),
    "directories": ("CAN_READ", "CAN_RUN", "CAN_EDIT", "CAN_MANAGE"),
}
"""Kind of object → its permission levels, each of which can do all that the ones before it can."""

SYNONYMS = {"sql/warehouses": "warehouses"}
"""Other names of kinds in addresses of the permissions API."""


@dataclass(frozen=True)
class Identity:
    """Who a token speaks for."""

    id: str
    name: str
    """User name (an e-mail address) or application id: what grants and permissions name."""
    kind: str
    """`user`, `service_principal`, or `nobody`."""
    groups: frozenset[str]
    scopes: frozenset[str] = field(default_factory=frozenset)
    """What a forwarded user token may be used for; empty for tokens that may be used for everything."""

    @property
    def admin(self) -> bool:
        """Is this a workspace admin (here also: metastore admin)?"""
        return "admins" in self.groups

    @property
    def principals(self) -> frozenset[str]:
        """All names under which something may have been granted to this identity."""
        return self.groups | {self.name, "account users"}


class State:
    """The workspace. `lock` is held by the router while a request that writes runs."""

    def __init__(self, file: Path | None = None, account: "Account | None" = None) -> None:
        self.lock = threading.RLock()
        self.account = account
        self.engine: Engine | None = None
        """Runs SQL; set when the workspace starts."""
        self.recorder = Recorder()
        self.faults = Faults()
        self.control_key = secrets.token_hex(16)
        """Opens the calls that only tests make (`control.py`)."""
        self.file = file
        self.clock_offset_s = 0.0
        """How far the workspace's clock is ahead of the real one; tests make time pass with it."""
        self._written = ""
        self.data: dict[str, Any] = _empty()
        """Everything it knows."""
        if file is not None and file.exists():
            self.data |= json.loads(file.read_text(encoding="utf-8"))
            self.data["options"] = {**OPTIONS, **self.data["options"]}

    # ── time and persistence ────────────────────────────────────────────────────────────────────────────────────────

    def now(self) -> float:
        """Seconds since 1970, by the workspace's clock."""
        return time.time() + self.clock_offset_s

    def now_ms(self) -> int:
        """Milliseconds since 1970, as the API gives times."""
        return int(self.now() * 1000)

    def save(self) -> None:
        """Write the file when something changed."""
        if self.file is None:
            return
        with self.lock:
            text = json.dumps(self.data)
            if text == self._written:
                return
            self.file.parent.mkdir(parents=True, exist_ok=True)
            fresh = self.file.with_suffix(f".{os.getpid()}.tmp")
            fresh.touch(mode=0o600)
            fresh.write_text(text, encoding="utf-8")
            os.replace(fresh, self.file)
            self._written = text

    # ── things of the API families ──────────────────────────────────────────────────────────────────────────────────

    def things(self, kind: str) -> dict[str, Any]:
        """Id → JSON-able value, for an API family to keep what it wants (`clusters`, `policies`, `spaces`, …)."""
        found: dict[str, Any] = self.data["things"].setdefault(kind, {})
        return found

    @property
    def options(self) -> dict[str, Any]:
        """How this workspace behaves: values tests change (`cold_start_s`, `link_ttl_s`, …); see `OPTIONS`."""
        found: dict[str, Any] = self.data["options"]
        return found

    # ── people and tokens ───────────────────────────────────────────────────────────────────────────────────────────

    @property
    def people(self) -> dict[str, dict[str, Any]]:
        """Name (user name or application id) → id, name, display_name, kind, active, secret."""
        found: dict[str, dict[str, Any]] = self.data["people"]
        return found

    @property
    def groups(self) -> dict[str, dict[str, Any]]:
        """Group name → id and members (names of people or groups)."""
        found: dict[str, dict[str, Any]] = self.data["groups"]
        return found

    def add_person(
        self, name: str, display_name: str = "", *, groups: tuple[str, ...] = (), kind: str = "user", secret: str = ""
    ) -> dict[str, Any]:
        """A new user or service principal; everybody is in `users`."""
        person = {
            "id": str(7_000_000_000 + int(hashlib.sha256(name.encode()).hexdigest()[:8], 16)),
            "name": name,
            "display_name": display_name or name.partition("@")[0].replace(".", " ").title(),
            "kind": kind,
            "active": True,
            "secret": secret,
        }
        self.people[name] = person
        for group in ("users", *groups):
            self.add_group(group)["members"].append(name)
        return person

    def add_group(self, name: str) -> dict[str, Any]:
        """The group of that name, made when it is not there."""
        return self.groups.setdefault(name, {"id": str(100_000 + len(self.groups)), "name": name, "members": []})

    def groups_of(self, name: str) -> frozenset[str]:
        """Groups a person is in, directly or through other groups."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            member = waiting.pop()
            into = {group for group, value in self.groups.items() if member in value["members"]} - found
            found |= into
            waiting += into
        return frozenset(found)

    def new_token(
        self,
        name: str,
        *,
        kind: str = "pat",
        scopes: tuple[str, ...] = (),
        ttl_s: float | None = None,
        value: str | None = None,
    ) -> str:
        """A token that speaks for a person: `pat`, `oauth` (from the token endpoint), or `obo` (forwarded, scoped)."""
        if name not in self.people:
            raise KeyError(name)
        token = value or {"pat": "dapi", "obo": "obo-", "oauth": "oauth-"}[kind] + secrets.token_hex(16)
        ends = None if ttl_s is None else self.now() + ttl_s
        self.data["tokens"][token] = {"name": name, "kind": kind, "scopes": list(scopes), "ends": ends}
        return token

    def identity(self, name: str, scopes: frozenset[str] = frozenset()) -> Identity:
        """The identity of a known name."""
        person = self.people[name]
        return Identity(person["id"], name, person["kind"], self.groups_of(name), scopes)

    def identify(self, authorization: str | None) -> Identity:
        """Who sent this header; 401 for nobody, an unknown token or one that has ended."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Refusal(401, "UNAUTHENTICATED", "Credential was not sent or was of an unsupported type for this API.")
        known = self.data["tokens"].get(token.strip())
        if known is None:
            raise Refusal(401, "UNAUTHENTICATED", "Invalid access token.")
        if known["ends"] is not None and known["ends"] <= self.now():
            raise Refusal(401, "UNAUTHENTICATED", "Access token has expired.")
        if not self.people[known["name"]]["active"]:
            raise denied("User is deactivated.")
        return self.identity(known["name"], frozenset(known["scopes"]))

    def check_secret(self, authorization: str | None) -> str:
        """The service principal whose id and secret HTTP Basic carries; 401 when they are wrong."""
        scheme, _, encoded = (authorization or "").partition(" ")
        try:
            name, _, secret = base64.b64decode(encoded).decode().partition(":")
        except ValueError:
            name = secret = ""
        person = self.people.get(name, {"secret": ""})
        if scheme.lower() != "basic" or not secret or not secrets.compare_digest(secret, person["secret"]):
            raise Refusal(401, "invalid_client", "Client authentication failed")
        return name

    # ── permissions on objects (ACLs) ───────────────────────────────────────────────────────────────────────────────

    def acl(self, kind: str, id_: str) -> dict[str, str]:
        """Principal → level that was given directly; `admins` can manage everything without being in it."""
        acls: dict[str, dict[str, str]] = self.data["acls"]
        return acls.setdefault(f"{SYNONYMS.get(kind, kind)}/{id_}", {})

    def level(self, who: Identity, kind: str, id_: str) -> str | None:
        """The highest level somebody has on an object, None for none."""
        levels = LEVELS[SYNONYMS.get(kind, kind)]
        if who.admin:
            return levels[-1]
        given = {level for principal, level in self.acl(kind, id_).items() if principal in who.principals}
        return max(given, key=levels.index) if given else None

    def can(self, who: Identity, kind: str, id_: str, level: str) -> bool:
        """Has somebody at least this level?"""
        levels = LEVELS[SYNONYMS.get(kind, kind)]
        has = self.level(who, kind, id_)
        return has is not None and levels.index(has) >= levels.index(level)

    def require(self, who: Identity, kind: str, id_: str, level: str) -> None:
        """403 in the service's words unless somebody has at least this level."""
        if not self.can(who, kind, id_, level):
            raise denied(f"{who.name} does not have {level} permissions on {kind.removesuffix('s')} {id_}.")

    # ── grants on catalogs, schemas, tables ─────────────────────────────────────────────────────────────────────────

    @property
    def grants(self) -> list[list[str]]:
        """`[principal, privilege, kind, name]`: kind is CATALOG, SCHEMA or TABLE, name in lower case with dots."""
        found: list[list[str]] = self.data["grants"]
        return found

    def grant(self, principal: str, privilege: str, kind: str, name: str) -> None:
        """Give a privilege; twice is once."""
        row = [principal, privilege, kind, name]
        if row not in self.grants:
            self.grants.append(row)

    def revoke(self, principal: str, privilege: str, kind: str, name: str) -> None:
        """Take a privilege away; it need not be there."""
        self.data["grants"] = [row for row in self.grants if row != [principal, privilege, kind, name]]


OPTIONS: Mapping[str, Any] = {
    "cold_start_s": 1.0,  # a warehouse or cluster from its start to RUNNING
    "hold_s": 2.0,  # how long a call for a running statement's state is held
    "link_ttl_s": 900.0,  # life of a CloudFetch or external link
    "token_ttl_s": 3600.0,  # life of an OAuth token
    "rows_per_file": 250_000,  # CloudFetch: rows a result file
    "inline_bytes": 400_000,  # Thrift: results above this go by CloudFetch when the client allows
    "starting": "queue",  # a statement on a warehouse that starts: `queue`, or `503`
    "absent": "missing",  # tables the account never loaded: `missing`, or `empty`
    "real_time": False,  # warehouses are of the kind that refuses Thrift (SQLSTATE KP001)
    "kept_versions": 4,  # old versions of a table that can still be read
    "statement_delay_s": 0.0,  # each statement takes at least this long
}
"""Ways to behave, and what they are when nothing is said."""


def _empty() -> dict[str, Any]:
    return {
        "people": {},
        "groups": {},
        "tokens": {},
        "acls": {},
        "grants": [],
        "things": {},
        "seeded": [],  # families that have put into it what a new workspace holds
        "options": copy.deepcopy(dict(OPTIONS)),
    }
