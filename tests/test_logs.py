"""Lines of the log: masked, from the level up, once."""

import logging

import pytest

from lib import logs


def test_lines_are_masked_and_written_once(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before = list(root.handlers)
    for handler in before:
        root.removeHandler(handler)
    try:
        logs.start("info")
        logs.start("info")
        log = logging.getLogger("lakeledger.test")
        log.debug("unseen")
        log.info("sent with token=%s", "hunter2")
        try:
            raise ValueError("postgresql://me:hunter2@host/db")
        except ValueError:
            log.exception("failed")
        said = capsys.readouterr().err
        logs.start("error")
        log.info("unseen too")
        assert "unseen" not in said + capsys.readouterr().err
        assert said.count("sent with token=") == 1
        assert "hunter2" not in said
        assert "ValueError" in said
    finally:
        root.handlers[:] = before
        logging.getLogger("lakeledger").setLevel(logging.NOTSET)
