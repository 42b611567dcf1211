-- What all scripts about a tenant's budgets share. An account is a hash: what is reserved (ru, rt),
-- what was used in all (tu, tt), on a day (ds says which: du, dt) and in a month (ms: mu, mt), and
-- the limits that were set (l and the same); u are billionths of a dollar, t are tokens. Numbers are
-- doubles here: exact below 2^53, nine million dollars, where counting ends; limits are below it.
-- ARGV[1]: what all keys of the tenant begin with
local prefix = ARGV[1]
local OPEN, DUE, SCOPES, OVER = prefix .. 'open', prefix .. 'due', prefix .. 'scopes', prefix .. 'over'
local DAY_MS = 86400000
local MOST = 2 ^ 53
local PERIODS, UNITS = {'t', 'd', 'm'}, {'u', 't'}
local FIELDS = {'ru', 'rt', 'tu', 'tt', 'ds', 'du', 'dt', 'ms', 'mu', 'mt',
  'ltu', 'ltt', 'ldu', 'ldt', 'lmu', 'lmt'}
-- How many days an account is kept after it was used last; a limit that somebody set stays longer.
local KEPT = {run = 3, session = 90, agent = 62, tenant = 62}
local KEPT_WITH_LIMIT = {run = 30, session = 400}

local function text(number) return string.format('%.0f', number) end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local today = math.floor(time[1] / 86400)

-- Months since the year 0 of a day since 1970 (days_from_civil, Howard Hinnant).
local function month_of(day)
  local z = day + 719468
  local era = math.floor(z / 146097)
  local doe = z - era * 146097
  local yoe = math.floor((doe - math.floor(doe / 1460) + math.floor(doe / 36524) - math.floor(doe / 146096)) / 365)
  local doy = doe - (365 * yoe + math.floor(yoe / 4) - math.floor(yoe / 100))
  local mp = math.floor((5 * doy + 2) / 153)
  local month = mp < 10 and mp + 3 or mp - 9
  return (yoe + era * 400 + (month <= 2 and 1 or 0)) * 12 + month - 1
end
local month = month_of(today)

local function account(name)
  local a = {name = name, key = prefix .. 'a:' .. name, writes = {}, scope = string.match(name, '^%a+')}
  local values = redis.call('HMGET', a.key, unpack(FIELDS))
  for i, field in ipairs(FIELDS) do a[field] = values[i] and tonumber(values[i]) end
  if a.ds ~= today then a.du, a.dt = nil, nil end
  if a.ms ~= month then a.mu, a.mt = nil, nil end
  return a
end

local function used(a, period, unit) return a[period .. unit] or 0 end
local function reserved(a, unit) return math.max(0, a['r' .. unit] or 0) end

-- Limits as six texts with a comma after each, in the order of periods and units.
local function caps(list)
  local found, period, unit = {}, 1, 1
  for value in string.gmatch(list, '([^,]*),') do
    found[PERIODS[period] .. UNITS[unit]] = tonumber(value)
    unit = unit + 1
    if unit > 2 then period, unit = period + 1, 1 end
  end
  return found
end

local function limit(a, given, period, unit)
  return a['l' .. period .. unit] or given[period .. unit]
end

local function keep(a)
  local days = KEPT[a.scope]
  if a.ltu or a.ltt or a.ldu or a.ldt or a.lmu or a.lmt then days = KEPT_WITH_LIMIT[a.scope] end
  if days then redis.call('PEXPIRE', a.key, text(days * DAY_MS)) end
end

-- Notes that a field is that number; `write` writes all fields of an account at once.
local function set(a, field, number)
  a[field] = number
  a.writes[#a.writes + 1] = field
  a.writes[#a.writes + 1] = text(number)
end

local function add(a, field, amount)
  if amount ~= 0 then set(a, field, math.max(0, math.min(MOST, (a[field] or 0) + amount))) end
end

local function write(a)
  if #a.writes > 0 then redis.call('HSET', a.key, unpack(a.writes)) end
  a.writes = {}
end

local function reserve(a, nanos, tokens)
  add(a, 'ru', tonumber(nanos))
  add(a, 'rt', tonumber(tokens))
end

local function unreserve(a, nanos, tokens)
  add(a, 'ru', -tonumber(nanos))
  add(a, 'rt', -tonumber(tokens))
end

-- Counts an amount as used, in the periods that its scope has.
local function spend(a, nanos, tokens)
  local lasting = a.scope == 'run' or a.scope == 'session'
  local today_first = not lasting and a.ds ~= today
  if today_first then
    set(a, 'ds', today)
    set(a, 'du', 0)
    set(a, 'dt', 0)
  end
  if not lasting and a.ms ~= month then
    set(a, 'ms', month)
    set(a, 'mu', 0)
    set(a, 'mt', 0)
  end
  for _, period in ipairs(PERIODS) do
    local u, t = period .. 'u', period .. 't'
    if lasting == (period == 't') then
      add(a, u, tonumber(nanos))
      add(a, t, tonumber(tokens))
    else
      a[u], a[t] = used(a, period, 'u') + nanos, used(a, period, 't') + tokens
    end
  end
  write(a)
  -- Those of agents and tenants are used all the time, and kept for weeks: once a day is enough.
  if lasting or today_first then keep(a) end
end

-- Claims are known by their run and what they are in it; that one is settled is known as long as
-- its run's account is.
local function settled(run, what) return redis.call('HEXISTS', prefix .. 'a:run:' .. run, '=' .. what) == 1 end
local function mark(a, what) if a.scope == 'run' then set(a, '=' .. what, 1) end end

local function close(claim)
  redis.call('HDEL', OPEN, claim)
  redis.call('ZREM', DUE, claim)
end

-- Adds to some fields of a row of a hash, all at once; a new row prolongs the hash's life.
local KINDS = {'n', 'g', 'i', 'c', 'o', 'u'}
local function add_row(key, row, amounts, kept)
  local names, writes = {}, {}
  for i, kind in ipairs(KINDS) do names[i] = row .. kind end
  local before = redis.call('HMGET', key, unpack(names))
  for i, name in ipairs(names) do
    if amounts[i] ~= 0 then
      writes[#writes + 1] = name
      writes[#writes + 1] = text(math.min(MOST, (tonumber(before[i] or 0)) + amounts[i]))
    end
  end
  redis.call('HSET', key, unpack(writes))
  if not before[1] then redis.call('PEXPIRE', key, kept) end
end

-- What was used on a day, by agent and model, and what a session used on each of its days.
local function count(order, nanos, input, cached, output, guessed, kept)
  local day = text(today)
  local amounts = {1, guessed and 1 or 0, tonumber(input), tonumber(cached), tonumber(output), tonumber(nanos)}
  add_row(prefix .. 'use:' .. day, order.agent .. '|' .. order.model .. '|', amounts, kept)
  add_row(prefix .. 'spent:' .. order.session, day .. '|', amounts, kept)
  redis.call('ZADD', prefix .. 'sessions', text(now), order.session)
  local old = redis.call('ZRANGEBYSCORE', prefix .. 'sessions', '-inf', text(now - kept), 'LIMIT', 0, 2)
  if #old > 0 then redis.call('ZREM', prefix .. 'sessions', unpack(old)) end
end

-- Settles at what was reserved those claims whose time is over, some of them.
local function expire(kept)
  for _, claim in ipairs(redis.call('ZRANGEBYSCORE', DUE, '-inf', text(now), 'LIMIT', 0, 20)) do
    local packed = redis.call('HGET', OPEN, claim)
    if packed then
      local order = cmsgpack.unpack(packed)
      for _, name in ipairs(order.names) do
        local a = account(name)
        unreserve(a, order.nanos, order.tokens)
        mark(a, order.what)
        spend(a, order.nanos, order.tokens)
      end
      count(order, order.nanos, order.input, '0', order.output, true, kept)
    end
    close(claim)
  end
end
