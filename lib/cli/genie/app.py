"""The genie commands and their other names."""

from collections.abc import Callable

import typer

from lib.cli.genie import copying, demo, files, making, own, spaces, state

app = typer.Typer(
    name="genie",
    help="Genie spaces as code: files, plans, state, and the spaces of a workspace.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
COMMANDS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("setup", own.setup),
    ("ask", own.ask),
    ("init", files.init),
    ("schema", files.schema),
    ("validate", files.validate),
    ("plan", files.plan),
    ("apply", files.apply),
    ("destroy", files.destroy),
    ("drift", files.drift),
    ("status", state.status),
    ("score", files.score),
    ("evaluate", files.evaluate),
    ("history", files.history),
    ("revert", files.revert),
    ("profiles", spaces.profiles),
    ("whoami", spaces.whoami),
    ("space-list", spaces.space_list),
    ("space-get", spaces.space_get),
    ("space-find", spaces.space_find),
    ("find", spaces.find),
    ("space-create", making.space_create),
    ("space-clone", copying.space_clone),
    ("space-export", copying.space_export),
    ("import", copying.import_),
    ("promote", copying.promote),
    ("state-list", state.state_list),
    ("state-show", state.state_show),
    ("state-pull", state.state_pull),
    ("state-remove", state.state_remove),
    ("state-repair", state.state_repair),
    ("setup-demo", demo.setup_demo),
    ("demo-status", demo.demo_status),
    ("cleanup-demo", demo.cleanup_demo),
)
ALIASES = {
    "list-spaces": "space-list",
    "show": "space-get",
    "space-delete": "destroy",
    "state-import": "import",
}
"""Other names of commands, as earlier tools had them."""

for _name, _command in COMMANDS:
    app.command(_name)(_command)
for _alias, _of in ALIASES.items():
    app.command(_alias, hidden=True)(dict(COMMANDS)[_of])
