-- bad
SELECT id, usage_metadata.* FROM system.billing.usage
-- good
SELECT u.* FROM system.billing.usage AS u
SELECT usage_metadata.job_id FROM system.billing.usage
