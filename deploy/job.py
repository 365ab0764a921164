"""A command of `python -m lib` as a task of a Databricks job.

Parameters: the folder of the sources, then any number of NAME=VALUE for the environment (a VALUE of
`secret:SCOPE/KEY` is read from the workspace's secrets), then the command and its options.
"""

import base64
import os
import sys


def main(words: list[str]) -> None:
    """Set the environment, sign in as whoever runs the job, run the command."""
    root, rest = words[0], words[1:]
    while rest and "=" in rest[0] and not rest[0].startswith("-"):
        name, _, value = rest.pop(0).partition("=")
        os.environ[name] = _secret(value.removeprefix("secret:")) if value.startswith("secret:") else value
    if os.environ.get("LAKELEDGER_SOURCE") == "databricks":
        _sign_in()
    sys.path.insert(0, root)
    sys.argv = ["lib", *rest]
    from lib.cli import main as run

    try:
        run()
    except SystemExit as end:  # a job takes every SystemExit for a failure
        if end.code not in (None, 0):
            raise


def _sign_in() -> None:
    """The job's own identity, as the workspace gives it to the task; nothing when one is set already."""
    if "LAKELEDGER_TOKEN" in os.environ or "DATABRICKS_TOKEN" in os.environ:
        return
    from databricks.sdk.core import Config

    config = Config()
    os.environ["LAKELEDGER_HOST"] = str(config.host)
    os.environ["LAKELEDGER_TOKEN"] = config.authenticate()["Authorization"].removeprefix("Bearer ")


def _secret(path: str) -> str:
    from databricks.sdk import WorkspaceClient

    scope, _, key = path.partition("/")
    return base64.b64decode(WorkspaceClient().secrets.get_secret(scope, key).value or "").decode()


if __name__ == "__main__":
    main(sys.argv[1:])
