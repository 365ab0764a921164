"""Databricks SQL in, DuckDB SQL out: sqlglot's translation, plus the repairs it needs.

Translating costs milliseconds a statement and the import of sqlglot; results are kept by text in memory and, when a
folder is given, on disk, so that a warm process does neither.
"""

import hashlib
import sys
import threading
from functools import lru_cache
from importlib import metadata
from pathlib import Path

from lib.errors import QueryError
from lib.queries.tokens import markers, tokenise
from lib.warehouse.params import Form


@lru_cache(maxsize=4096)
def to_duckdb(text: str, form: Form = ()) -> str:
    """The DuckDB statement for a Databricks statement; `:name` markers become `$name`.

    With a form it is the statement for values of that form only, and may have fewer parameters.
    """
    import sqlglot
    from sqlglot.errors import SqlglotError

    from lib.warehouse.folding import fold
    from lib.warehouse.repairs import repair

    try:
        statement = sqlglot.parse_one(text, dialect="databricks")
        read = {marker.name for marker in statement.find_all(sqlglot.exp.Placeholder)}
        wanted = fold(statement, form) if form else statement
        translated: str = repair(wanted).sql(dialect="duckdb", pretty=True, copy=False)
    except SqlglotError as error:
        raise QueryError(
            f"The statement cannot be read: {str(error).splitlines()[0]}", remedy="Write it in Databricks SQL."
        ) from error
    lost = sorted(set(markers(tokenise(text))) - read)
    if lost:
        raise QueryError(
            f"The marker :{lost[0]} stands where only a fixed word may stand.",
            remedy="Put the word itself there, such as 'DAY'.",
        )
    return translated


class Translations:
    """Translated statements on disk, one small file each, named by the hash of text, form and translator."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._known: dict[tuple[str, Form], str] = {}
        self._lock = threading.Lock()

    def duckdb(self, text: str, form: Form = ()) -> str:
        """Like `to_duckdb`, from disk when some process has translated this before.

        For a form that none has, the whole text will do while sqlglot is not loaded: to load it takes longer than a form saves.
        """
        with self._lock:
            if (text, form) not in self._known:
                found = self._read(text, form)
                if found is None and "sqlglot" not in sys.modules:
                    found = self._read(text, ())
                self._known[text, form] = self._translate(text, form) if found is None else found
            return self._known[text, form]

    def _read(self, text: str, form: Form) -> str | None:
        try:
            return self._path(text, form).read_text(encoding="utf-8") if self._folder else None
        except OSError:
            return None

    def _translate(self, text: str, form: Form) -> str:
        """Kept on disk with the whole text beside it, once, for those who ask for another form."""
        translated = to_duckdb(text, form)
        if self._folder:
            self._write(self._path(text, form), translated)
            whole = self._path(text, ())
            if not whole.exists():
                self._write(whole, to_duckdb(text, ()))
        return translated

    def _write(self, path: Path, translated: str) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = path.with_suffix(f".{threading.get_ident()}.tmp")
            fresh.write_text(translated, encoding="utf-8")
            fresh.replace(path)
        except OSError:
            pass  # a folder that cannot be written only costs time

    def _path(self, text: str, form: Form) -> Path:
        assert self._folder is not None
        named_by = f"{_translator()}{form}\n{text}"
        return self._folder / f"{hashlib.sha256(named_by.encode()).hexdigest()[:32]}.sql"


@lru_cache(maxsize=1)
def _translator() -> str:
    """Names this version of the translation: a change of sqlglot or of what we do to its tree makes old files useless."""
    here = Path(__file__)
    ours = b"".join(here.with_name(name).read_bytes() for name in (here.name, "folding.py", "repairs.py"))
    return f"{metadata.version('sqlglot')} {hashlib.sha256(ours).hexdigest()}\n"
