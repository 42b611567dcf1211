-- Takes what an incarnation left, and sets it again a while later for the case that the taker dies.
-- Says what time it is and when they are due again, then each session and the time it had.
-- KEYS: sessions of the incarnation   ARGV: milliseconds until they are due again, how many
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local at, again = string.format('%.0f', now), string.format('%.0f', now + ARGV[1])
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', at, 'WITHSCORES', 'LIMIT', 0, ARGV[2])
for i = 1, #due, 2 do
  redis.call('ZADD', KEYS[1], again, due[i])
end
return {at, again, unpack(due)}
