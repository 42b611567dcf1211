-- Takes the alarms that are due, and sets them again a while later for the case that the taker dies.
-- KEYS: alarms   ARGV: now, when they are due again, how many
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])
for _, session in ipairs(due) do
  redis.call('ZADD', KEYS[1], ARGV[2], session)
end
return due
