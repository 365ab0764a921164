-- Growth from one value to another, in percent.
CREATE OR REPLACE FUNCTION ${catalog}.${schema}.percent_change(old_value DOUBLE COMMENT 'Before', new_value DOUBLE COMMENT 'After')
RETURNS DOUBLE
COMMENT 'Change in percent; nothing when the old value is 0'
RETURN CASE WHEN old_value = 0 THEN NULL ELSE (new_value - old_value) / old_value * 100 END;
