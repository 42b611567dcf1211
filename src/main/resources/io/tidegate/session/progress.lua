-- Notes how far a hook of a session has come, if the claim is still the claimant's.
-- KEYS: meta   ARGV: the hook's field, claimant, its place, or nothing to forget it with another field
local noted = redis.call('HGET', KEYS[1], ARGV[1])
local holder = noted and string.match(noted, '^%d+ %d+ %d+ %d+ (%S+) ')
if holder ~= ARGV[2] then return {'LOST'} end
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1], ARGV[4])
else
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
end
return {'OK'}
