-- Forgets a dead incarnation, but not so soon that something of it may still be on its way.
-- KEYS: dead   ARGV: incarnation, for how many milliseconds it must have been dead
local died = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not died then return 0 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if tonumber(died) > now - ARGV[2] then return 0 end
return redis.call('ZREM', KEYS[1], ARGV[1])
