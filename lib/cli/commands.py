"""Which module has which command, so that a command loads its own module and no other."""

from importlib import import_module

import typer

COMMANDS = {
    "jobs": "jobs:jobs",
    "job": "jobs:job",
    "run": "jobs:run",
    "spend": "explore:spend",
    "records": "records:records",
    "priorities": "priorities:priorities",
    "clusters": "clusters:clusters",
    "cluster": "clusters:cluster",
    "warehouses": "statements.warehouses:many",
    "policies": "clusters:policies",
    "recommendations": "clusters:recommendations",
    "audit": "audit:audit",
    "trust": "explore:trust",
    "query": "explore:query",
    "forecast": "forecast:forecast",
    "anomalies": "anomalies:anomalies",
    "budgets": "budgets:budgets",
    "lint": "lint:lint",
    "statements": "statements.listed:statements",
    "statement": "statements.one:statement",
    "fingerprints": "statements.fingerprints:fingerprints",
    "findings": "statements.findings:findings",
    "warehouse": "statements.warehouses:one",
    "report": "reports:report",
    "demo": "data:demo",
    "import": "data:import_",
    "refresh": "data:refresh",
    "setup": "setup:setup",
    "tick": "background:tick",
    "schedule": "background:schedule",
    "messages": "messages:messages",
    "store": "stored:store",
    "alerts": "alerts:app",
    "anomaly": "anomaly:app",
    "reports": "reports_sent:app",
    "genie": "genie.app:app",
}
"""In the order of `--help`: a command's function, or the group that holds its commands."""


def commands(*names: str) -> typer.Typer:
    """The command line with these commands."""
    line = typer.Typer(
        name="python -m lib",
        help="Lakeledger: what Databricks costs, for whom, and why.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    line.callback()(lambda: None)  # without one, a single command would not be asked for by its name
    for name in names:
        module, attribute = COMMANDS[name].split(":")
        found = getattr(import_module(f"lib.cli.{module}"), attribute)
        line.add_typer(found, name=name) if isinstance(found, typer.Typer) else line.command(name)(found)
    return line
