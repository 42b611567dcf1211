-- A session that was named waits for the account no longer, unless it came to wait for it anew.
-- KEYS[1]: a key of the tenant
-- ARGV: prefix, account, session, its turn
local waits = prefix .. 'waits:' .. ARGV[2]
if redis.call('ZSCORE', waits, ARGV[3]) ~= ARGV[4] then return 0 end
redis.call('ZREM', waits, ARGV[3])
redis.call('HDEL', prefix .. 'needs:' .. ARGV[2], ARGV[3])
return 1
