"""Setting up a Databricks workspace for the app: the grants it needs, whether they are there, and the connection's test."""

from typing import Annotated

import typer

from lib.cli.options import Json
from lib.cli.output import print_json, print_table, say
from lib.config import load, platform
from lib.context import Context
from lib.errors import InputError, SourceError
from lib.workspace.login import config_file, profiles


def setup(
    plan: Annotated[bool, typer.Option("--plan", help="Print the statements, run nothing.")] = False,
    apply: Annotated[bool, typer.Option("--apply", help="Run the statements, as an administrator.")] = False,
    test: Annotated[
        bool, typer.Option("--test", help="Test sign-in, warehouse, statement and billing tables.")
    ] = False,
    views: Annotated[
        bool, typer.Option("--views", help="Print the three views over the ledger that people may query.")
    ] = False,
    list_profiles: Annotated[bool, typer.Option("--profiles", help="List the profiles of ~/.databrickscfg.")] = False,
    app: Annotated[
        str | None, typer.Option(help="Application id of the app's service principal; else the identity in use.")
    ] = None,
    readers: Annotated[
        list[str] | None, typer.Option("--reader", help="Group or person whose queries run as themselves; repeatable.")
    ] = None,
    host: Annotated[str | None, typer.Option(help="Workspace, with --token.", rich_help_panel="Sign-in")] = None,
    token: Annotated[str | None, typer.Option(help="Access token for --host.", rich_help_panel="Sign-in")] = None,
    profile: Annotated[str | None, typer.Option(help="Profile to sign in with.", rich_help_panel="Sign-in")] = None,
    as_json: Json = False,
) -> None:
    """What must be granted on Databricks: checked table by table; --plan prints it, --apply runs it."""
    if plan + apply + test + views + list_profiles > 1:
        raise InputError(
            "Choose one of --plan, --apply, --test, --views and --profiles.", remedy="None of them: check."
        )
    if views:
        _views(as_json)
        return
    if list_profiles:
        _profiles(as_json)
        return
    given = {name: value for name, value in (("host", host), ("token", token), ("profile", profile)) if value}
    context = Context(load(source="databricks", **given))
    try:
        if plan or apply:
            _plan(context, app, readers or [], apply, as_json)
        elif test:
            _test(context, as_json)
        else:
            _check(context, as_json)
    finally:
        context.connected.close()


def _views(as_json: bool) -> None:
    """The statements that make the views, for an administrator to run."""
    from lib.statements.views import views

    settings = load()
    if not settings.ledger_schema:
        raise InputError(
            "The views read the ledger, and no schema is set for it.",
            remedy="Set LAKELEDGER_SCHEMA, such as main.lakeledger.",
        )
    made = views(settings.ledger_schema, settings.currency)
    if as_json:
        print_json({"views": [{"name": v.name, "about": v.about, "statement": v.statement} for v in made]})
        return
    for view in made:
        typer.echo(f"{view.statement};\n")


def _plan(context: Context, app: str | None, readers: list[str], apply: bool, as_json: bool) -> None:
    steps = context.connected.plan(app, readers)
    if not apply:
        if as_json:
            print_json({"steps": [{"statement": s.statement, "why": s.why} for s in steps]})
            return
        for step in steps:
            typer.echo(f"{step.statement};  -- {step.why}")
        return
    from lib.warehouse.databricks.setup import apply as run

    done = run(context.connected.writing(), steps)
    skipped = [(step, error) for step, error in done if error and step.optional and isinstance(error, SourceError)]
    failed = [(step, error) for step, error in done if error and (step, error) not in skipped]
    if as_json:
        rows = [{"statement": s.statement, "fine": e is None, "said": "" if e is None else e.message} for s, e in done]
        print_json({"steps": rows, "failed": len(failed)})
    for step, _ in skipped:
        say(f"skipped, there is no such table: {step.statement}")
    for step, error in failed:
        say(f"not done: {step.statement}\n  {error.message} {error.remedy}")
    say(f"{len(done) - len(failed) - len(skipped)} of {len(done)} statements done.")
    if failed:
        raise typer.Exit(1)


def _check(context: Context, as_json: bool) -> None:
    connected = context.connected
    found = connected.check(connected.me())
    if as_json:
        rows = [
            {"table": c.table, "status": c.status, "pages": list(c.pages), "detail": c.detail, "remedy": c.remedy}
            for c in found
        ]
        print_json({"tables": rows, "fine": all(c.fine for c in found if c.essential)})
    else:
        print_table("Tables", ("#Table", "Status", "~Pages"), ((c.table, c.status, ", ".join(c.pages)) for c in found))
        for one in found:
            if not one.fine and one.remedy:
                say(f"{one.table}: {one.remedy}")
    if not all(one.fine for one in found if one.essential):
        raise typer.Exit(1)


def _test(context: Context, as_json: bool) -> None:
    connected = context.connected
    steps = connected.self_test(connected.me())
    if as_json:
        rows = [{"name": s.name, "fine": s.fine, "said": s.said, "remedy": s.remedy} for s in steps]
        print_json({"steps": rows, "fine": steps[-1].fine})
    else:
        for step in steps:
            typer.echo(f"{'ok  ' if step.fine else 'FAIL'} {step.name}: {step.said} {step.remedy}".rstrip())
    if not steps[-1].fine:
        raise typer.Exit(1)


def _profiles(as_json: bool) -> None:
    found = profiles(config_file(platform()))
    if as_json:
        print_json({"profiles": [{"name": p.name, "host": p.host, "sign_in": p.sign_in} for p in found]})
        return
    print_table("Profiles", ("Profile", "Host", "Signs in by"), ((p.name, p.host, p.sign_in) for p in found))
