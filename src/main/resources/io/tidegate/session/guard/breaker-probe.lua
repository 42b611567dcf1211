-- Gives leave to probe an open breaker's neighbour, to so many at a time.
-- KEYS: breaker, probes
-- ARGV: how many, milliseconds after which a probe is lost, milliseconds to remember the breaker
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local found = redis.call('HMGET', KEYS[1], 'state', 'until', 'opening', 'passed')
if found[1] ~= 'open' then return {'UNKNOWN'} end
local left = tonumber(found[2]) - now
if left > 0 then return {'REFUSED', string.format('%.0f', left)} end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('%.0f', now))
local out = redis.call('ZCARD', KEYS[2]) + tonumber(found[4])
if out >= tonumber(ARGV[1]) then return {'REFUSED', '0'} end
local id = found[3] .. ':' .. redis.call('HINCRBY', KEYS[1], 'probes', 1)
redis.call('ZADD', KEYS[2], string.format('%.0f', now + ARGV[2]), id)
redis.call('PEXPIRE', KEYS[2], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return {'GRANTED', id}
