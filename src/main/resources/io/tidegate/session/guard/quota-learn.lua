-- A provider said how much is left to a key: no more than that is in the bucket.
-- KEYS: quota   ARGV: milliseconds to believe it, milliseconds to remember it, then for each bucket
--                     its name, the most, what is left, and tokens a millisecond
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for i = 3, #ARGV, 4 do
  local name, most, left, rate = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2]), ARGV[i + 3]
  local known = redis.call('HMGET', KEYS[1], name .. ':level', name .. ':at')
  local level = tonumber(known[1] or most)
  level = math.min(tonumber(most), level + (now - tonumber(known[2] or now)) * tonumber(rate))
  redis.call('HSET', KEYS[1], name .. ':most', most, name .. ':rate', rate,
    name .. ':level', string.format('%.3f', math.min(level, left)),
    name .. ':at', string.format('%.0f', now))
end
redis.call('HSET', KEYS[1], 'told', string.format('%.0f', now + ARGV[1]))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
