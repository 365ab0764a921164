"""Commands about queries: statements, one statement, fingerprints, findings, and what other warehouse settings would mean."""
