-- Declares dead all whose leases ran out, and names the dead.
-- KEYS: living, dead
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
for _, incarnation in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now)) do
  redis.call('ZREM', KEYS[1], incarnation)
  redis.call('ZADD', KEYS[2], now, incarnation)
end
return redis.call('ZRANGE', KEYS[2], 0, -1)
