"""The API families, in the order they are asked. A new one is a module and a line.

A family may have `prepare(state, home)` (every start) and `seed(state)` (what a new workspace holds, after that).
"""

from types import ModuleType

from lib.demo.workspace import (
    catalogs,
    clusters,
    control,
    engine,
    folders,
    genie,
    genie_runs,
    genie_talks,
    jobs,
    links,
    models,
    oauth,
    people,
    permissions,
    policies,
    pools,
    scim,
    statements,
    thrift,
    warehouses,
)

FAMILIES: tuple[ModuleType, ...] = (
    people,  # who there is; the others' seeds give them permissions
    engine,  # runs SQL for the others
    control,
    oauth,
    scim,
    permissions,
    warehouses,
    thrift,
    statements,
    links,
    clusters,
    policies,
    pools,
    jobs,
    folders,
    catalogs,
    genie,
    genie_talks,
    genie_runs,
    models,
)
