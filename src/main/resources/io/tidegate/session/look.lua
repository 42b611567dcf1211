-- Wants a session to be looked at by a time, later than it is noted only if nobody noted it since.
-- KEYS: a sorted set   ARGV: session, time, the score with which it was seen
local score = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or '')
if not score or score == tonumber(ARGV[3]) or score > tonumber(ARGV[2]) then
  redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
end
return {'OK'}
