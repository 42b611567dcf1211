-- Puts a session in line, unless too many wait. One that waits already keeps its place, or gets one
-- among those of a higher priority.
-- KEYS: line, places, turns, served, ticks   ARGV: session, tenant, priority, how many may wait
local line, places, turns, served, ticks = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local session, tenant, priority = ARGV[1], ARGV[2], tonumber(ARGV[3])
local UNDER_WAY = 10

local function stand(place)
  local turn = string.match(place, '^%d+ %S*')
  local last = tonumber(redis.call('ZSCORE', served, tenant) or 0)
  local rank = (UNDER_WAY - priority) * 2 ^ 49 + last
  redis.call('ZADD', line, 0, place)
  redis.call('ZADD', turns, string.format('%.0f', rank), turn)
end

local known = redis.call('HGET', places, session)
if known then
  local old, rest = string.match(known, '^(%d+)( .*)$')
  if tonumber(old) >= priority then return 1 end
  local place = string.format('%d', priority) .. rest
  redis.call('HSET', places, session, place)
  if redis.call('ZREM', line, known) == 1 then
    stand(place)
    local turn = old .. ' ' .. tenant
    if #redis.call('ZRANGEBYLEX', line, '[' .. turn .. ' ', '(' .. turn .. '!', 'LIMIT', 0, 1) == 0 then
      redis.call('ZREM', turns, turn)
    end
  end
  return 1
end

if priority < UNDER_WAY and redis.call('HLEN', places) >= tonumber(ARGV[4]) then return 0 end
local arrival = redis.call('INCR', ticks)
local place = string.format('%d %s %016.0f %s', priority, tenant, arrival, session)
redis.call('HSET', places, session, place)
stand(place)
return 1
