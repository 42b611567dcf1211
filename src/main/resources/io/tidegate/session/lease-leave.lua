-- Declares an incarnation dead at its own wish.
-- KEYS: living, dead   ARGV: incarnation
if redis.call('ZREM', KEYS[1], ARGV[1]) == 0 then return 0 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[2], string.format('%.0f', now), ARGV[1])
return 1
