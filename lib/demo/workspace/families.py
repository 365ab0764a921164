"""The API families, in the order they are asked. A new one is a module and a line.

A family may have `seed(state)` (what a new workspace holds) and `prepare(state, home)` (every start, before `seed`).
"""

from types import ModuleType

from lib.demo.workspace import catalogs, control, folders, genie, oauth, people, permissions, scim

FAMILIES: tuple[ModuleType, ...] = (
    people,  # who there is; the others' seeds give them permissions
    control,
    oauth,
    scim,
    permissions,
    folders,
    catalogs,
    genie,
)
