"""Commands about demo objects: setup-demo, demo-status, cleanup-demo."""

from typing import Annotated

import typer

from lib.cli.genie import common as c
from lib.cli.output import print_json, progress_bar, say

Catalog = Annotated[str, typer.Option("--catalog", "-c", help="Catalog.")]
Schema = Annotated[str, typer.Option("--schema", "-s", help="Schema.")]
Warehouse = Annotated[str, typer.Option("--warehouse-id", "-w", help="SQL warehouse.")]


def setup_demo(
    catalog: Catalog,
    schema: Schema,
    warehouse_id: Warehouse,
    profile: c.Profile = None,
    create_schema: Annotated[bool, typer.Option("--create-schema", help="Make the schema too.")] = False,
    dry_run: c.DryRun = False,
    as_json: c.Json = False,
) -> None:
    """Make and fill six tables and two functions to try spaces on; a second time changes nothing."""
    from lib.genie import demo_objects

    statements = demo_objects.set_up(catalog, schema, create_schema=create_schema)
    if not dry_run:
        with progress_bar() as progress:
            demo_objects.run(statements, c.connect(profile), warehouse_id, progress)
    if as_json:
        print_json({"executed": not dry_run, "statements": [dict(s.__dict__) for s in statements]})
    elif dry_run:
        typer.echo(";\n\n".join(statement.text for statement in statements) + ";")
    else:
        say(f"{len(demo_objects.TABLES)} tables and {len(demo_objects.FUNCTIONS)} functions are ready.")


def demo_status(
    catalog: Catalog, schema: Schema, warehouse_id: Warehouse, profile: c.Profile = None, as_json: c.Json = False
) -> None:
    """Which of the demo objects there are."""
    from lib.genie import demo_objects

    found = demo_objects.status(c.connect(profile), catalog, schema)
    if as_json:
        print_json(found)
        return
    for kind in ("tables", "functions"):
        part = found[kind]
        typer.echo(
            f"{kind}: {len(part['existing'])} of {part['total']}; missing: {', '.join(part['missing']) or 'none'}"
        )


def cleanup_demo(
    catalog: Catalog,
    schema: Schema,
    warehouse_id: Annotated[str | None, typer.Option("--warehouse-id", "-w", help="SQL warehouse.")] = None,
    profile: c.Profile = None,
    list_only: Annotated[bool, typer.Option("--list-only", "-l", help="Only the statements.")] = False,
    execute: Annotated[bool, typer.Option("--execute", help="Run them; without it nothing is dropped.")] = False,
    force: Annotated[bool, typer.Option("--force", "-f", help="Do not ask.")] = False,
    as_json: c.Json = False,
) -> None:
    """Say how to remove the demo objects; remove them with --execute."""
    from lib.errors import InputError
    from lib.genie import demo_objects

    statements = demo_objects.clean_up(catalog, schema)
    doing = execute and not list_only
    if doing:
        if not warehouse_id:
            raise InputError("Which warehouse runs the statements?", remedy="Give --warehouse-id.")
        c.confirmed(f"{len(statements)} objects of {catalog}.{schema} will be dropped.", given=force)
        demo_objects.run(statements, c.connect(profile), warehouse_id)
    if as_json:
        print_json({"executed": doing, "statements": [statement.text for statement in statements]})
        return
    for statement in statements:
        typer.echo(statement.text + ";")
    if not doing:
        say("Nothing was dropped; --execute does it.")
