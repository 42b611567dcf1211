-- Takes a session out of the queue, wherever in it it is.
-- KEYS: line, places, turns, taken   ARGV: session
local line, places, turns, taken, session = KEYS[1], KEYS[2], KEYS[3], KEYS[4], ARGV[1]
local place = redis.call('HGET', places, session)
if not place then return 0 end
redis.call('HDEL', places, session)
redis.call('ZREM', taken, session)
if redis.call('ZREM', line, place) == 1 then
  local turn = string.match(place, '^%d+ %S*')
  if #redis.call('ZRANGEBYLEX', line, '[' .. turn .. ' ', '(' .. turn .. '!', 'LIMIT', 0, 1) == 0 then
    redis.call('ZREM', turns, turn)
  end
end
return 1
