-- Each distinct text of the period with its shape: the text without comments and without the values of literals.
-- Row: (statement_text)
-- Params: start_date DATE, end_date DATE
-- Returns: statement_text STRING, text_hash STRING, shape_hash STRING, shape_text STRING
-- Source: strings become '?' (their first sign stays when it is a wildcard), numbers 0 (1 stays 1): two texts of one shape have
--   one fingerprint, and no secret in a literal gets any further, also of a text that was cut off. Comments go first, hints stay; strings are stepped over.
WITH distinct_texts AS (
  SELECT DISTINCT statement_text
  FROM system.query.history
  WHERE start_time >= DATE_SUB(:start_date, 2) AND start_time < :end_date
    AND statement_text IS NOT NULL AND statement_text <> ''
),
uncommented AS (
  SELECT
    statement_text,
    CASE
      WHEN POSITION('--' IN statement_text) > 0 OR POSITION('/*' IN statement_text) > 0
        THEN REGEXP_REPLACE(
          statement_text,
          '(\\x27(?:[^\\x27\\\\]|\\\\[\\s\\S])*(?:\\x27|\\\\?\\z)|\\x22(?:[^\\x22\\\\]|\\\\[\\s\\S])*(?:\\x22|\\\\?\\z))|--[^\\n]*|/\\*(?:[^*+]|\\*+[^*/])(?:[^*]|\\*+[^*/])*\\*+/|/\\*\\*+/',
          '$1 '
        )
      ELSE statement_text
    END AS bare_text
  FROM distinct_texts
),
shaped AS (
  SELECT
    statement_text,
    TRIM(REGEXP_REPLACE(
      REGEXP_REPLACE(
        bare_text,
        '\\x27([%_]?)(?:[^\\x27\\\\]|\\\\[\\s\\S])*(?:\\x27|\\\\?\\z)|\\x22([%_]?)(?:[^\\x22\\\\]|\\\\[\\s\\S])*(?:\\x22|\\\\?\\z)',
        '\'$1$2?\''
      ),
      '\\b(?:[02-9]|[0-9][0-9.]+)\\b',
      '0'
    )) AS shape_text
  FROM uncommented
)
SELECT statement_text, MD5(statement_text) AS text_hash, MD5(shape_text) AS shape_hash, shape_text
FROM shaped
