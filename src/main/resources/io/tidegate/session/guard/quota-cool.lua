-- A key is not used for a while, by nobody.
-- KEYS: quota   ARGV: name, milliseconds, milliseconds to remember it, channel
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local till = math.max(now + ARGV[2], tonumber(redis.call('HGET', KEYS[1], 'cool') or 0))
redis.call('HSET', KEYS[1], 'cool', string.format('%.0f', till))
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', ARGV[2] + ARGV[3]))
redis.call('PUBLISH', ARGV[4], string.format('%.0f', till - now) .. ' ' .. ARGV[1])
return 1
