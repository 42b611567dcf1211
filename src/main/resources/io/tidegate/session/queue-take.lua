-- Takes sessions from the line and counts them as running at the taker. A place in the line reads
-- 'priority tenant arrival session', its first two words are a turn: turns are ordered by priority,
-- then by when their tenant was served last.
-- KEYS: line, places, turns, served, ticks, taken, totals, living, what the taker has running
-- ARGV: taker, how many, milliseconds after which one that was not started comes back, how many
--       tenants to remember, then tenants and how many runs they may have
local line, places, turns, served, ticks = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local taken, totals, living, counts = KEYS[6], KEYS[7], KEYS[8], KEYS[9]
local most, remembered = tonumber(ARGV[2]), tonumber(ARGV[4])
local UNDER_WAY, BACK_AT_ONCE = 10, 100

local limits = {}
for i = 5, #ARGV, 2 do limits[ARGV[i]] = tonumber(ARGV[i + 1]) end

local function rank(priority, last)
  return string.format('%.0f', (UNDER_WAY - priority) * 2 ^ 49 + last)
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local overdue = redis.call('ZRANGEBYSCORE', taken, '-inf', string.format('%.0f', now),
  'LIMIT', 0, BACK_AT_ONCE)
for _, session in ipairs(overdue) do
  local place = redis.call('HGET', places, session)
  redis.call('ZREM', taken, session)
  if place then
    local priority, tenant = string.match(place, '^(%d+) (%S*)')
    local last = tonumber(redis.call('ZSCORE', served, tenant) or 0)
    redis.call('ZADD', line, 0, place)
    redis.call('ZADD', turns, rank(priority, last), priority .. ' ' .. tenant)
  end
end

-- The tenant's turns come after those of the others of the same priority.
local function serve(tenant)
  local tick, set = redis.call('INCR', ticks), {}
  for priority = 0, UNDER_WAY do
    set[#set + 1] = rank(priority, tick)
    set[#set + 1] = priority .. ' ' .. tenant
  end
  redis.call('ZADD', turns, 'XX', unpack(set))
  redis.call('ZADD', served, tick, tenant)
  redis.call('ZREMRANGEBYRANK', served, 0, -remembered - 1)
end

local function full(tenant)
  local limit = limits[tenant]
  return limit and tonumber(redis.call('HGET', totals, tenant) or 0) >= limit
end

local given, skipped = {}, 0
if not redis.call('ZSCORE', living, ARGV[1]) then return given end
while #given < most do
  local turn = redis.call('ZRANGE', turns, skipped, skipped)[1]
  if not turn then break end
  local tenant = string.match(turn, '^%d+ (%S*)')
  if full(tenant) then
    skipped = skipped + 1
  else
    local next = redis.call('ZRANGEBYLEX', line, '[' .. turn .. ' ', '(' .. turn .. '!', 'LIMIT', 0, 2)
    if next[1] then
      local session = string.match(next[1], '%S+$')
      redis.call('ZREM', line, next[1])
      redis.call('ZADD', taken, string.format('%.0f', now + ARGV[3]), session)
      redis.call('HINCRBY', counts, tenant, 1)
      redis.call('HINCRBY', totals, tenant, 1)
      serve(tenant)
      given[#given + 1] = session
    end
    if not next[2] then redis.call('ZREM', turns, turn) end
  end
end
return given
