"""Who is in a new workspace: four people with different rights, the app's service principal, the account's people."""

from lib.demo.workspace.app import Route
from lib.demo.workspace.state import ADMIN, ANALYST, APP, OPERATOR, OUTSIDER, State

ROUTES: tuple[Route, ...] = ()

APP_SECRET = "dose" + "0" * 32
"""Secret of the app's service principal: a loopback has nothing to hide."""

READABLE = ("access", "ai_gateway", "billing", "compute", "lakeflow", "mlflow", "query", "serving", "storage")
"""The system schemas."""


def seed(state: State) -> None:
    """People, groups, tokens and grants of a new workspace."""
    state.add_person(ADMIN, "Demo Admin", groups=("admins", "lakeledger-admins"))
    state.add_person(OPERATOR, "Otto Berg", groups=("lakeledger-operators", "data-platform"))
    state.add_person(ANALYST, "Ana Costa", groups=("finance-analytics",))
    state.add_person(OUTSIDER, "Siobhan O'Neill")
    state.add_person(APP, "lakeledger", kind="service_principal", secret=APP_SECRET)
    for name in state.account.people() if state.account else ():
        if name not in state.people:
            state.add_person(name)
    for name in (ADMIN, OPERATOR, ANALYST, OUTSIDER, APP):
        state.new_token(name)
    for catalog in ("system", "main"):
        state.grant("account users", "USE CATALOG", "CATALOG", catalog)
    for schema in READABLE:
        for name in (APP, OPERATOR):
            _may_read(state, name, schema)
    for schema in ("billing", "compute", "lakeflow"):
        _may_read(state, ANALYST, schema)


def _may_read(state: State, name: str, schema: str) -> None:
    state.grant(name, "USE SCHEMA", "SCHEMA", f"system.{schema}")
    state.grant(name, "SELECT", "SCHEMA", f"system.{schema}")
