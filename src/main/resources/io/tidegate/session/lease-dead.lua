-- Declares dead all whose leases ran out, and names the dead. Time in which nobody looked does not
-- count: the store was away, or everybody was, and nobody could have renewed anything.
-- KEYS: living, dead, looked   ARGV: milliseconds of a lease
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function text(ms) return string.format('%.0f', ms) end

local looked = tonumber(redis.call('GET', KEYS[3]) or 0)
redis.call('SET', KEYS[3], text(now))
if now - looked > ARGV[1] / 2 then
  for _, incarnation in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
    redis.call('ZADD', KEYS[1], 'GT', text(now + ARGV[1]), incarnation)
  end
end
for _, incarnation in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', text(now))) do
  redis.call('ZREM', KEYS[1], incarnation)
  redis.call('ZADD', KEYS[2], text(now), incarnation)
end
return redis.call('ZRANGE', KEYS[2], 0, -1)
