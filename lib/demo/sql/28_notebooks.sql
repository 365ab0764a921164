-- Serverless notebooks: who works in which one, hour by hour.

CREATE TEMP TABLE notebook AS
SELECT
  p.person * 4 + k.k AS notebook, p.person, p.ws, p.team, number_id(p.person * 64 + k.k + 5000000) AS notebook_id,
  '/Users/' || p.email || '/' || pick(['exploration', 'monthly review', 'ad hoc analysis', 'churn study', 'data quality', 'price elasticity',
    'cohort analysis', 'sandbox', 'playground', 'draft'], 'nb-name', p.person * 4 + k.k)
    || CASE WHEN k.k = 0 THEN '' ELSE ' ' || (k.k + 1) END AS path,
  1.5 + 5 * unit('nb-dbu', p.person * 4 + k.k) AS dbu_per_hour
FROM person AS p, unnest(range(3)) AS k(k)
WHERE p.person % 8 <> 0;

-- One row: a person in a notebook for a while.
CREATE TEMP TABLE notebook_session AS
SELECT
  (c.n * 8192 + p.person) * 4 + s.slot AS session, p.person, p.person * 4 + whole('nb-which', session, 0, 2) AS notebook,
  c.day_s + w.office_hour * 3600 + s.from_minute * 60 + floor(7200 * unit('nb-from', session))::BIGINT AS s,
  c.day_s + w.office_hour * 3600 + s.from_minute * 60 + floor(7200 * unit('nb-from', session))::BIGINT
    + floor(900 + 7800 * unit('nb-len', session))::BIGINT AS e
FROM person AS p JOIN workspace AS w USING (ws) CROSS JOIN calendar AS c, (VALUES (0, 0), (1, 290)) AS s(slot, from_minute)
WHERE p.person % 8 <> 0
  AND unit('nb-on', (c.n * 8192 + p.person) * 4 + s.slot) < 0.42 * least(1.2, c.office) * (0.3 + 1.2 * unit('nb-habit', p.person));
