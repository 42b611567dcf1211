-- What all scripts about a tenant's budgets share. An account is a hash: what is reserved (ru, rt),
-- what was used in all (tu, tt), on a day (ds says which: du, dt) and in a month (ms: mu, mt), and
-- the limits that were set (l and the same); u are billionths of a dollar, t are tokens. Amounts are
-- added as texts, so that they are exact; limits are below 2^53, so that comparing is, too.
-- ARGV[1]: what all keys of the tenant begin with
local prefix = ARGV[1]
local OPEN, DUE, SCOPES, OVER = prefix .. 'open', prefix .. 'due', prefix .. 'scopes', prefix .. 'over'
local DAY_MS = 86400000
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
  local a = {name = name, key = prefix .. 'a:' .. name, scope = string.match(name, '^%a+')}
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

local function reserve(a, nanos, tokens)
  if nanos ~= '0' then redis.call('HINCRBY', a.key, 'ru', nanos) end
  if tokens ~= '0' then redis.call('HINCRBY', a.key, 'rt', tokens) end
end

local function give_back(key, field, amount)
  if amount ~= '0' and redis.call('HINCRBY', key, field, '-' .. amount) < 0 then
    redis.call('HSET', key, field, '0')
  end
end

local function unreserve(a, nanos, tokens)
  give_back(a.key, 'ru', nanos)
  give_back(a.key, 'rt', tokens)
end

local function add(key, field, amount)
  if amount ~= '0' then redis.call('HINCRBY', key, field, amount) end
end

-- Counts an amount as used, in the periods that its scope has.
local function spend(a, nanos, tokens)
  if a.scope == 'run' or a.scope == 'session' then
    add(a.key, 'tu', nanos)
    add(a.key, 'tt', tokens)
  else
    if a.ds ~= today then redis.call('HSET', a.key, 'ds', text(today), 'du', '0', 'dt', '0') end
    if a.ms ~= month then redis.call('HSET', a.key, 'ms', text(month), 'mu', '0', 'mt', '0') end
    a.ds, a.ms = today, month
    add(a.key, 'du', nanos)
    add(a.key, 'dt', tokens)
    add(a.key, 'mu', nanos)
    add(a.key, 'mt', tokens)
  end
  for _, period in ipairs(PERIODS) do
    a[period .. 'u'] = used(a, period, 'u') + nanos
    a[period .. 't'] = used(a, period, 't') + tokens
  end
  keep(a)
end

-- Claims are known by their run and what they are in it; that one is settled is known as long as
-- its run's account is.
local function settled(run, what) return redis.call('HEXISTS', prefix .. 'a:run:' .. run, '=' .. what) == 1 end
local function mark(run, what) redis.call('HSET', prefix .. 'a:run:' .. run, '=' .. what, '1') end

local function close(claim)
  redis.call('HDEL', OPEN, claim)
  redis.call('ZREM', DUE, claim)
end

-- What was used on a day, by agent and model, and what a session used on each of its days.
local function count(order, nanos, input, cached, output, guessed, kept)
  local day, rows = text(today), {}
  local use, mine = prefix .. 'use:' .. day, prefix .. 'spent:' .. order.session
  local row = order.agent .. '|' .. order.model .. '|'
  for key, start in pairs({[use] = row, [mine] = day .. '|'}) do
    redis.call('HINCRBY', key, start .. 'n', 1)
    if guessed then redis.call('HINCRBY', key, start .. 'g', 1) end
    add(key, start .. 'i', input)
    add(key, start .. 'c', cached)
    add(key, start .. 'o', output)
    add(key, start .. 'u', nanos)
    redis.call('PEXPIRE', key, kept)
  end
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
        spend(a, order.nanos, order.tokens)
      end
      mark(order.run, order.what)
      count(order, order.nanos, order.input, '0', order.output, true, kept)
    end
    close(claim)
  end
end
