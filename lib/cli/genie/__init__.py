"""`python -m lib genie …`: Genie spaces as code. Help and `validate` import nothing that is slow to import."""

import sys

EXIT_FAILED = 1
"""Something is wrong with what was looked at, or did not come to its end."""


def main(arguments: list[str]) -> None:
    """Run the genie commands alone; with `--json`, an error too is one JSON object on stdout."""
    from lib.cli.genie.app import app
    from lib.cli.genie.common import error_as_json, wants_json
    from lib.cli.output import complain, print_json
    from lib.errors import AppError, InputError
    from lib.genie.problems import FilesError

    try:
        app(args=arguments, prog_name="python -m lib genie")
    except AppError as error:
        if wants_json(arguments):
            print_json(error_as_json(error))
        else:
            complain(error)
        verdict = isinstance(error, FilesError) or arguments[:1] in (["plan"], ["drift"])
        sys.exit(EXIT_FAILED if verdict or not isinstance(error, InputError) else 2)
    except BrokenPipeError:
        sys.stderr.close()
