"""Finds cloud cost exports among the files that no table is named like, by their columns."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lib.files.bills.aws import AWS
from lib.files.bills.azure import AZURE
from lib.files.bills.gcp import GCP
from lib.files.bills.layout import BillLayout, plain
from lib.files.layout import DataFile, Layout
from lib.files.opened import Refused, head_of

TABLE = "external.cloud_costs"
LAYOUTS = {layout.cloud: layout for layout in (AWS, AZURE, GCP)}
_HEAD_BYTES = 1 << 18
_SEPARATORS = (",", ";", "\t")
_PART_NUMBER = re.compile(r"(?<!\()\d+(?![\da-z)])", re.IGNORECASE)


@dataclass(frozen=True)
class BillFile(DataFile):
    """A file of a cloud's cost export."""

    cloud: str = ""
    names: tuple[str, ...] = ()
    """The columns' names as the file has them."""

    @property
    def layout(self) -> BillLayout:
        """How the cloud's exports look."""
        return LAYOUTS[self.cloud]

    @property
    def family(self) -> tuple[Path, str]:
        """The same for files that may be parts of one export: the folder, and the name without part numbers."""
        return self.path.parent, _PART_NUMBER.sub("#", self.path.name)


def recognise(layout: Layout) -> None:
    """Move the cost exports from what is ignored to the files; what almost is one says what it lacks."""
    for file in [*layout.unnamed, *(file for file in layout.files if file.table == TABLE)]:
        names = _names(file)
        if file.table == TABLE and "recordkey" in map(plain, names):
            continue
        bill, reason = _bill(file, names)
        if bill is not None:
            layout.ignored[:] = [ignored for ignored in layout.ignored if ignored.file != file.label]
            layout.files[:] = [other for other in layout.files if other.path != file.path]
            layout.files.append(bill)
        elif reason and not file.table:
            layout.ignored[:] = [
                replace(ignored, reason=reason, nearest=None) if ignored.file == file.label else ignored
                for ignored in layout.ignored
            ]
    layout.files.sort(key=lambda file: (file.table, file.label))


def _bill(file: DataFile, names: list[str]) -> tuple[BillFile | None, str]:
    """The file as a cost export, or why it is none; "" when it is nothing like one."""
    plain_names = {plain(name) for name in names}
    missing = {cloud: layout.missing(plain_names) for cloud, layout in LAYOUTS.items()}
    whole = [cloud for cloud, lacking in missing.items() if not lacking]
    if len(whole) > 1:
        whole = [cloud for cloud in whole if set(LAYOUTS[cloud].words) & _path_words(file)]
    if len(whole) == 1:
        return BillFile(file.path, file.label, TABLE, file.kind, cloud=whole[0], names=tuple(names)), ""
    fitting = [LAYOUTS[cloud] for cloud, lacking in missing.items() if not lacking]
    if fitting:
        titles = " and ".join(layout.title for layout in fitting)
        words = " or ".join(layout.words[0] for layout in fitting)
        return None, f"its columns fit {titles}: name the file or its folder {words}."
    cloud, lacking = min(missing.items(), key=lambda item: len(item[1]))
    if len(lacking) > 2:
        return None, ""
    return None, f"it is like the {LAYOUTS[cloud].title}, but has no {'; no '.join(_wanted(LAYOUTS[cloud], lacking))}."


def _wanted(layout: BillLayout, lacking: list[str]) -> Iterator[str]:
    for role in lacking:
        if role == "tags":
            yield "column of tags with ClusterId"
        else:
            yield f"column of its {role} ({', '.join(getattr(layout, role)[:2])})"


def _path_words(file: DataFile) -> set[str]:
    return set(re.split("[^a-z]+", file.label.lower())) | set(re.split("[^a-z]+", file.path.parent.name.lower()))


def _names(file: DataFile) -> list[str]:
    """The names of the columns; none when the file cannot be read like that."""
    try:
        if file.kind == "parquet":
            return list(pq.read_schema(file.path).names)
        text = head_of(file, _HEAD_BYTES).decode("utf-8-sig", errors="replace")
    except (Refused, OSError, pa.ArrowException):
        return []
    return max((_first_record(text, separator) for separator in _SEPARATORS), key=len)


def _first_record(text: str, separator: str) -> list[str]:
    try:
        return next((record for record in csv.reader(io.StringIO(text), delimiter=separator) if record), [])
    except csv.Error:
        return []
