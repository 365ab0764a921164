"""The commands by name. Of a command line only the one it names is imported: all of them take longer than most of them run."""

from collections.abc import Iterable
from importlib import import_module

import typer

COMMANDS = {
    "jobs": "jobs.jobs",
    "job": "jobs.job",
    "run": "jobs.run",
    "runs": "runs.runs",
    "spend": "explore.spend",
    "records": "records.records",
    "priorities": "priorities.priorities",
    "clusters": "clusters.clusters",
    "cluster": "clusters.cluster",
    "warehouses": "statements.warehouses.many",
    "policies": "clusters.policies",
    "recommendations": "clusters.recommendations",
    "audit": "audit.audit",
    "trust": "explore.trust",
    "query": "explore.query",
    "forecast": "forecast.forecast",
    "anomalies": "anomalies.anomalies",
    "budgets": "budgets.budgets",
    "lint": "lint.lint",
    "statements": "statements.listed.statements",
    "statement": "statements.one.statement",
    "fingerprints": "statements.fingerprints.fingerprints",
    "findings": "statements.findings.findings",
    "warehouse": "statements.warehouses.one",
    "report": "reports.report",
    "demo": "data.demo",
    "import": "data.import_",
    "refresh": "data.refresh",
    "setup": "setup.setup",
    "tick": "background.tick",
    "schedule": "background.schedule",
    "messages": "messages.messages",
    "store": "stored.store",
    "alerts": "alerts.app",
    "anomaly": "anomaly.app",
    "reports": "reports_sent.app",
    "genie": "genie.app.app",
}
"""Name → the function, or the group of commands, below `lib.cli`."""


def app_of(names: Iterable[str]) -> typer.Typer:
    """A command line of these commands."""
    app = typer.Typer(
        name="python -m lib",
        help="Lakeledger: what Databricks costs, for whom, and why.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_nothing)  # one command alone would not be called by its name
    for name in names:
        module, _, attribute = COMMANDS[name].rpartition(".")
        found = getattr(import_module(f"lib.cli.{module}"), attribute)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name)(found)
    return app


def _nothing() -> None:
    pass
