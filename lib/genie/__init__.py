"""Genie spaces as code: files to spaces, spaces to plans, plans to a workspace; and asking a space about spend.

The manual is docs/genie.md. Reading, checking and planning need no network and import no vendor package; the workspace
is reached through `lib.workspace.genie` only.
"""
