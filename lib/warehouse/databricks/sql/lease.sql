SELECT owner, until FROM {schema}.`lease` WHERE name = :name
