-- Whole and part years since somebody was hired.
CREATE OR REPLACE FUNCTION ${catalog}.${schema}.calculate_tenure_years(hire_date DATE COMMENT 'First day of work')
RETURNS DECIMAL(10,2)
COMMENT 'Years between the hire date and today'
RETURN CAST(DATEDIFF(CURRENT_DATE(), hire_date) / 365.25 AS DECIMAL(10,2));
