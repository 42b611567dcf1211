-- A probe went well; when enough have, the breaker is closed for all.
-- KEYS: breaker, probes
-- ARGV: name, probe, how many are enough, milliseconds to remember that it is closed, channel
if redis.call('ZREM', KEYS[2], ARGV[2]) == 0 then return 0 end
if redis.call('HINCRBY', KEYS[1], 'passed', 1) < tonumber(ARGV[3]) then return 0 end
redis.call('HSET', KEYS[1], 'state', 'closed')
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('DEL', KEYS[2])
local opening = redis.call('HGET', KEYS[1], 'opening')
redis.call('PUBLISH', ARGV[5], opening .. ' -1 ' .. ARGV[1])
return 1
