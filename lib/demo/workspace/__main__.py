"""`python -m lib.demo.workspace`: the workspace as a process of its own, for tests.

Prints one line of JSON when it answers, and ends when its standard input does.
"""

import argparse
import json
import sys
from pathlib import Path

from lib.demo.workspace.running import start


def main() -> None:
    """Serve until standard input closes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--account", type=Path)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tls", action="store_true")
    said = parser.parse_args()
    with start(said.account, tls=said.tls, port=said.port, home=said.home) as running:
        answer = {
            "host": running.host,
            "port": running.port,
            "token": running.token,
            "ca_file": str(running.ca_file) if running.ca_file else None,
            "control_key": running.control_key,
        }
        print(json.dumps(answer), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
