"""Report content as values, and what makes PDF, CSV and Excel files of it."""
