-- Opens a breaker for all, or keeps it open for longer; its probes count no more.
-- KEYS: breaker, probes   ARGV: name, milliseconds, milliseconds to remember it after that, channel
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local last = tonumber(redis.call('HGET', KEYS[1], 'opening') or 0)
local opening = string.format('%.0f', math.max(now, last + 1))
redis.call('HSET', KEYS[1], 'state', 'open', 'opening', opening,
  'until', string.format('%.0f', now + ARGV[2]), 'passed', 0, 'probes', 0)
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', ARGV[2] + ARGV[3]))
redis.call('DEL', KEYS[2])
redis.call('PUBLISH', ARGV[4], opening .. ' ' .. ARGV[2] .. ' ' .. ARGV[1])
return opening
