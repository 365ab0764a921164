"""The commands."""

import typer

from lib.cli import (
    alerts,
    anomalies,
    anomaly,
    audit,
    background,
    budgets,
    clusters,
    data,
    explore,
    forecast,
    jobs,
    lint,
    messages,
    priorities,
    records,
    reports,
    reports_sent,
    setup,
    stored,
)
from lib.cli.genie.app import app as genie
from lib.cli.statements import findings, fingerprints, listed, one, warehouses

app = typer.Typer(
    name="python -m lib",
    help="Lakeledger: what Databricks costs, for whom, and why.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("jobs")(jobs.jobs)
app.command("job")(jobs.job)
app.command("run")(jobs.run)
app.command("spend")(explore.spend)
app.command("records")(records.records)
app.command("priorities")(priorities.priorities)
app.command("clusters")(clusters.clusters)
app.command("cluster")(clusters.cluster)
app.add_typer(warehouses.many, name="warehouses")
app.command("policies")(clusters.policies)
app.command("recommendations")(clusters.recommendations)
app.command("audit")(audit.audit)
app.command("trust")(explore.trust)
app.command("query")(explore.query)
app.command("forecast")(forecast.forecast)
app.command("anomalies")(anomalies.anomalies)
app.command("budgets")(budgets.budgets)
app.command("lint")(lint.lint)
app.command("statements")(listed.statements)
app.command("statement")(one.statement)
app.command("fingerprints")(fingerprints.fingerprints)
app.command("findings")(findings.findings)
app.add_typer(warehouses.one, name="warehouse")
app.command("report")(reports.report)
app.command("demo")(data.demo)
app.command("import")(data.import_)
app.command("refresh")(data.refresh)
app.command("setup")(setup.setup)
app.command("tick")(background.tick)
app.command("schedule")(background.schedule)
app.command("messages")(messages.messages)
app.command("store")(stored.store)
app.add_typer(alerts.app, name="alerts")
app.add_typer(anomaly.app, name="anomaly")
app.add_typer(reports_sent.app, name="reports")
app.add_typer(genie, name="genie")
