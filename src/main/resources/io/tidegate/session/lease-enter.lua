-- Enters an incarnation among the living; one that was declared dead stays so.
-- KEYS: living, dead   ARGV: incarnation, milliseconds
if redis.call('ZSCORE', KEYS[2], ARGV[1]) then return 0 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2]), ARGV[1])
return 1
