"""Runs the workspace's SQL. Filled by the next slices."""


class Engine:
    """Statements in, Arrow out."""

    def close(self) -> None:
        """Give everything back."""
