ALTER TABLE {schema}.{table} SET TBLPROPERTIES ('delta.enableTypeWidening' = 'true')
