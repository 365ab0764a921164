"""Signing in as a service principal: discovery documents and the token endpoint."""

from urllib.parse import parse_qsl

from lib.demo.workspace.app import Reply, Request, Route, ok
from lib.demo.workspace.refusals import Refusal
from lib.demo.workspace.state import WORKSPACE_ID, State

ACCOUNT_ID = "6f1c2d9e-4b7a-4e0d-9a35-8c21f0b7d5e4"


def about(request: Request, state: State) -> Reply:
    """What a client asks first of a host."""
    return ok(
        {
            "oidc_endpoint": f"{request.base_url}/oidc",
            "account_id": ACCOUNT_ID,
            "workspace_id": WORKSPACE_ID,
            "cloud": "AWS",
        }
    )


def discovery(request: Request, state: State) -> Reply:
    """Where tokens are to be had."""
    return ok(
        {
            "issuer": f"{request.base_url}/oidc",
            "authorization_endpoint": f"{request.base_url}/oidc/v1/authorize",
            "token_endpoint": f"{request.base_url}/oidc/v1/token",
            "grant_types_supported": ["client_credentials"],
            "scopes_supported": ["all-apis"],
        }
    )


def token(request: Request, state: State) -> Reply:
    """A token for an id and a secret."""
    form = dict(parse_qsl(request.body.decode("utf-8", "replace")))
    if form.get("grant_type") != "client_credentials":
        return Reply({"error": "unsupported_grant_type", "error_description": "Only client_credentials"}, 400)
    if form.get("scope") != "all-apis":
        return Reply({"error": "invalid_scope", "error_description": "Only all-apis"}, 400)
    try:
        name = state.check_secret(request.headers.get("authorization"))
    except Refusal as refusal:
        return Reply({"error": "invalid_client", "error_description": refusal.message}, 401)
    life = float(state.options["token_ttl_s"])
    value = state.new_token(name, kind="oauth", ttl_s=life)
    return ok({"access_token": value, "token_type": "Bearer", "expires_in": int(life), "scope": "all-apis"})


ROUTES = (
    Route("GET", "/\\.well-known/databricks-config", about, open=True),
    Route("GET", "/oidc/\\.well-known/oauth-authorization-server", discovery, open=True),
    Route("GET", "/oidc/\\.well-known/openid-configuration", discovery, open=True),
    Route("POST", "/oidc/v1/token", token, open=True),
)
