"""What the page of settings shows to whom."""

import pytest

from lib.access import Role
from lib.config import settings
from lib.ui.settings_parts import ADMINS_ONLY, rows


def test_who_may_see_what_is_for_administrators(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAKELEDGER_WORKSPACE_GROUPS", '{"team-a": ["1948573620193847"]}')
    settings.cache_clear()
    try:
        assert "1948573620193847" not in rows(Role.OPERATOR).to_string()
        assert "1948573620193847" in rows(Role.ADMIN).to_string()
        assert set(settings().__class__.model_fields) >= ADMINS_ONLY
    finally:
        settings.cache_clear()
