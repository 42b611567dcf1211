-- Counts one more run of a tenant, unless that is over its limit or the incarnation is dead.
-- KEYS: totals, living, what the incarnation has running   ARGV: incarnation, tenant, limit
if not redis.call('ZSCORE', KEYS[2], ARGV[1]) then return 0 end
if tonumber(redis.call('HGET', KEYS[1], ARGV[2]) or 0) >= tonumber(ARGV[3]) then return 0 end
redis.call('HINCRBY', KEYS[3], ARGV[2], 1)
redis.call('HINCRBY', KEYS[1], ARGV[2], 1)
return 1
