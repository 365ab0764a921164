"""Imports exports of the system tables (Parquet, CSV) into the embedded account; docs/import.md is its manual."""

from lib.files.importer import import_folder
from lib.files.report import Ignored, ImportFailed, ImportReport, Note, Problem, TableReport

__all__ = ["Ignored", "ImportFailed", "ImportReport", "Note", "Problem", "TableReport", "import_folder"]
