"""A Databricks workspace on loopback that the real clients talk to, with the demo account behind it.

`start(folder)` gives a `Running` workspace; `app.py` says how an API family is written.
"""

from lib.demo.workspace.faults import Fault
from lib.demo.workspace.running import Running, start

__all__ = ["Fault", "Running", "start"]
