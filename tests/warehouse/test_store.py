import json
import threading
from pathlib import Path

import pytest

from lib.errors import SourceError
from lib.warehouse.store import DatabaseFolder


def touch(path: Path) -> Path:
    path.write_bytes(b"x")
    return path


def test_an_empty_folder_says_what_to_do(tmp_path: Path) -> None:
    folder = DatabaseFolder(tmp_path / "demo")
    assert folder.find() is None
    with pytest.raises(SourceError, match="no account data yet"):
        folder.current()


def test_the_pointer_names_files_and_changes_its_generation(tmp_path: Path) -> None:
    folder = DatabaseFolder(tmp_path)
    account, ledger = touch(folder.new_file("account")), touch(folder.new_file("ledger"))
    first = folder.point(account=account)
    second = folder.point(ledger=ledger)
    assert (first.account, first.ledger) == (account, None)
    assert (second.account, second.ledger) == (account, ledger)
    assert first.generation != second.generation
    assert folder.current() == second
    assert json.loads((tmp_path / "current.json").read_text()) == {
        "account": account.name, "ledger": ledger.name, "base": None, "generation": second.generation,
    }  # fmt: skip
    assert folder.point(account=touch(folder.new_file("account"))).ledger is None


def test_a_new_file_can_start_as_a_copy(tmp_path: Path) -> None:
    folder = DatabaseFolder(tmp_path)
    old = touch(folder.new_file("account"))
    copy = folder.new_file("account", copy_of=old)
    assert copy.read_bytes() == b"x"
    assert copy != old


def test_what_a_ledger_stands_on_stays_with_it(tmp_path: Path) -> None:
    folder = DatabaseFolder(tmp_path)
    account, base, ledger = (touch(folder.new_file(kind)) for kind in ("account", "ledger", "ledger"))
    folder.point(account=account, ledger=ledger, base=base)
    assert folder.point() == folder.current()
    assert (folder.current().ledger, folder.current().base) == (ledger, base)
    assert folder.prune() == []
    folder.point(ledger=base)
    assert folder.current().base is None
    assert folder.prune() == [ledger]


def test_prune_leaves_what_is_pointed_at(tmp_path: Path) -> None:
    folder = DatabaseFolder(tmp_path)
    old, new = touch(folder.new_file("account")), touch(folder.new_file("account"))
    wal = touch(new.with_name(f"{new.name}.wal"))
    note = touch(tmp_path / "note.txt")
    folder.point(account=new)
    assert folder.prune() == [old]
    assert new.exists()
    assert wal.exists()
    assert note.exists()


def test_a_broken_pointer_is_named(tmp_path: Path) -> None:
    (tmp_path / "current.json").write_text("{")
    with pytest.raises(SourceError, match=r"current\.json"):
        DatabaseFolder(tmp_path).current()


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    entered, release = threading.Event(), threading.Event()

    def hold() -> None:
        with DatabaseFolder(tmp_path).writing():
            entered.set()
            release.wait(5)

    thread = threading.Thread(target=hold)
    thread.start()
    entered.wait(5)
    with pytest.raises(SourceError, match="Another process"), DatabaseFolder(tmp_path).writing(timeout_s=0.1):
        pass
    release.set()
    thread.join()
    with DatabaseFolder(tmp_path).writing(timeout_s=5):
        pass
