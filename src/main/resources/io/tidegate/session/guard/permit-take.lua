-- Gives a permit to who has waited longest, while there are any.
-- KEYS: permits that are out by the time when they are lost, the line by arrival, who waits by the
--       time when nobody counts on their asking again
-- ARGV: who asks, how many permits there are, milliseconds until one is lost, milliseconds until who
--       does not ask again is out of the line
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function at(ms) return string.format('%.0f', ms) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', at(now))
local gone = redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', at(now), 'LIMIT', 0, 1000)
for _, id in ipairs(gone) do
  redis.call('ZREM', KEYS[2], id)
  redis.call('ZREM', KEYS[3], id)
end
redis.call('ZADD', KEYS[2], 'NX', at(time[1] * 1000000 + time[2]), ARGV[1])
local free = tonumber(ARGV[2]) - redis.call('ZCARD', KEYS[1])
if redis.call('ZRANK', KEYS[2], ARGV[1]) < free then
  redis.call('ZREM', KEYS[2], ARGV[1])
  redis.call('ZREM', KEYS[3], ARGV[1])
  redis.call('ZADD', KEYS[1], at(now + ARGV[3]), ARGV[1])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return 1
end
redis.call('ZADD', KEYS[3], at(now + ARGV[4]), ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
redis.call('PEXPIRE', KEYS[3], ARGV[4])
return 0
