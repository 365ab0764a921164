"""Command for what leaves the app: the outbox and its dead letters."""

from typing import Annotated

import typer

from lib.cli.options import Json
from lib.cli.output import plain, print_json, print_table, say
from lib.config import settings
from lib.context import of_this_machine, utc_now
from lib.errors import InputError, NotFound

EXIT_FAILED = 1
SHOWN = ("id", "state", "channel", "recipient", "subject", "about", "created", "due", "sent", "attempts", "error")


def messages(
    state: Annotated[str | None, typer.Option(help="waiting, sending, sent or dead.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Newest so many.")] = 50,
    send: Annotated[bool, typer.Option("--send", help="Send what is due now.")] = False,
    resend: Annotated[str | None, typer.Option(metavar="ID", help="Send a dead message again.")] = None,
    test: Annotated[str | None, typer.Option(metavar="CHANNEL", help="Send a test through this channel.")] = None,
    to: Annotated[str, typer.Option(help="Recipient of the test.")] = "",
    as_json: Json = False,
) -> None:
    """What waits, went out or was given up; send it again, or try a channel. Exit code 1 when something was not sent."""
    from lib.messages import deliver, trial_draft
    from lib.store import outbox
    from lib.store.leases import this_process

    if state is not None and state not in outbox.STATES:
        raise InputError(f"{state} is no state.", remedy=f"States: {', '.join(outbox.STATES)}.")
    context = of_this_machine(settings())
    store, channels = context.store, context.channels
    only = ""
    if test is not None:
        if test not in channels:
            known = ", ".join(channels) or "none; set LAKELEDGER_CHANNELS"
            raise NotFound(f"There is no channel {test}.", remedy=f"Channels: {known}.")
        only = outbox.put(store, trial_draft(test, to, context.viewer.name, utc_now()), utc_now()) or ""
    if resend is not None:
        outbox.resend(store, resend, utc_now())
        only = resend
    if only or send:
        done = deliver(store, channels, utc_now, this_process(), only=only)
        if as_json:
            print_json({"sent": done.sent, "failed": done.failed, "dead": done.dead, "id": only or None})
        else:
            say(f"{done.words() or 'Nothing was due'}.")
            if only and not done.sent:
                say(outbox.get(store, only).error)
        if done.failed or done.dead:
            raise typer.Exit(EXIT_FAILED)
        return
    found = outbox.search(store, states=[state] if state else [], limit=limit)
    if as_json:
        rows = [{name: plain(getattr(message, name)) for name in SHOWN} for message in found]
        print_json({"messages": rows, "counts": outbox.counts(store)})
        return
    heads = ("#id", "state", "channel", "message", "written (UTC)", ">attempts", "~last answer")
    print_table(
        "Messages",
        heads,
        [[m.id, m.state, m.channel, m.subject, f"{m.created:%Y-%m-%d %H:%M}", str(m.attempts), m.error] for m in found],
    )
