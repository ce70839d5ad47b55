"""Fixtures of the unit tests."""

from __future__ import annotations

import pytest
from support.realgo import RealGo


@pytest.fixture(scope="session")
def go(tmp_path_factory: pytest.TempPathFactory) -> RealGo:
    """Return the real go command; its caches last a session."""
    return RealGo.with_cache(tmp_path_factory.mktemp("go"))
