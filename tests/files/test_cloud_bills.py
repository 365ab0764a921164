"""Cost exports of the three clouds: which lines are taken over, what they cost, what a newer export replaces."""

import csv
import doctest
import gzip
import io
import json
from collections.abc import Mapping
from datetime import date, datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.config import VM_PRICES
