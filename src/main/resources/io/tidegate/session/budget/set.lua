-- Sets the limits of a budget, or takes them back.
-- KEYS[1]: a key of the tenant
-- ARGV: prefix, account, period, nanos or nothing, tokens or nothing
-- Says whether anybody had set a limit before
local before = redis.call('EXISTS', OVER)
local key, period = prefix .. 'a:' .. ARGV[2], ARGV[3]
for i, unit in ipairs({'u', 't'}) do
  if ARGV[3 + i] == '' then
    redis.call('HDEL', key, 'l' .. period .. unit)
  else
    redis.call('HSET', key, 'l' .. period .. unit, ARGV[3 + i])
  end
end
local a = account(ARGV[2])
redis.call('PERSIST', key)
keep(a)
if limited(a) then
  redis.call('ZADD', OVER, text(now), ARGV[2])
else
  redis.call('ZREM', OVER, ARGV[2])
end
return before
