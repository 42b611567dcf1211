-- What all scripts about a tenant's budgets share. An account is a hash: what is reserved (ru, rt),
-- what was used in all (tu, tt), on a day (ds says which: du, dt) and in a month (ms: mu, mt), and
-- the limits that were set (l and the same); u are billionths of a dollar, t are tokens. Numbers are
-- doubles here: exact below 2^53, nine million dollars, where counting ends; limits are below it.
-- ARGV[1]: what all keys of the tenant begin with
local prefix = ARGV[1]
local OPEN, DUE, SCOPES, OVER = prefix .. 'open', prefix .. 'due', prefix .. 'scopes', prefix .. 'over'
local DAY_MS = 86400000
local MOST = 2 ^ 53
local FIELDS = {'ru', 'rt', 'tu', 'tt', 'ds', 'du', 'dt', 'ms', 'mu', 'mt',
  'ltu', 'ltt', 'ldu', 'ldt', 'lmu', 'lmt'}
-- In memory an account is a list of numbers in that order, which is several times as fast as names.
local RU, RT, TU, TT, DS, DU, DT, MS, MU, MT = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
-- The six sums that may have limits, in the order in which the limits stand: what they are of.
local SUMS, PERIOD, UNIT = {TU, TT, DU, DT, MU, MT}, {'t', 't', 'd', 'd', 'm', 'm'}, {'u', 't', 'u', 't', 'u', 't'}
local FIRST_LIMIT = 10
-- How many days an account is kept after the day it was used last; a limit that somebody set stays
-- longer.
local KEPT = {run = 3, session = 90, agent = 62, tenant = 62}
local KEPT_WITH_LIMIT = {run = 30, session = 400}

local function text(number) return string.format('%d', number) end

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
  local key = prefix .. 'a:' .. name
  local a = redis.call('HMGET', key, 'ru', 'rt', 'tu', 'tt', 'ds', 'du', 'dt', 'ms', 'mu', 'mt',
    'ltu', 'ltt', 'ldu', 'ldt', 'lmu', 'lmt')
  for i = 1, FIRST_LIMIT do a[i] = a[i] and tonumber(a[i]) or 0 end
  for i = FIRST_LIMIT + 1, #FIELDS do a[i] = a[i] and tonumber(a[i]) end
  if a[DS] ~= today then a[DU], a[DT] = 0, 0 end
  if a[MS] ~= month then a[MU], a[MT] = 0, 0 end
  a.name, a.key, a.scope, a.writes = name, key, string.match(name, '^%a+'), {}
  return a
end

-- Of the sums, counted from one.
local function used(a, sum) return a[SUMS[sum]] end
local function reserved(a, sum) return math.max(0, a[UNIT[sum] == 'u' and RU or RT]) end

-- Limits as six texts with a comma after each, in the order of the sums.
local NONE = {}
local function caps(list)
  if list == ',,,,,,' then return NONE end
  local found = {string.match(list, '^([^,]*),([^,]*),([^,]*),([^,]*),([^,]*),([^,]*),$')}
  for i = 1, #SUMS do found[i] = tonumber(found[i]) or false end
  return found
end

local function limit(a, given, sum) return a[FIRST_LIMIT + sum] or given[sum] end

local function limited(a)
  for i = FIRST_LIMIT + 1, #FIELDS do
    if a[i] then return true end
  end
end

local function keep(a)
  local days = (limited(a) and KEPT_WITH_LIMIT or KEPT)[a.scope]
  if days then redis.call('PEXPIRE', a.key, text(days * DAY_MS)) end
end

-- Notes that a field is that number; `write` writes all fields of an account at once.
local function set(a, field, number)
  local writes = a.writes
  a[field] = number
  writes[#writes + 1] = FIELDS[field]
  writes[#writes + 1] = text(number)
end

local function add(a, field, amount)
  if amount ~= 0 then set(a, field, math.max(0, math.min(MOST, a[field] + amount))) end
end

local function write(a)
  if #a.writes > 0 then redis.call('HSET', a.key, unpack(a.writes)) end
  a.writes = {}
end

local function reserve(a, nanos, tokens)
  add(a, RU, nanos)
  add(a, RT, tokens)
end

-- Counts an amount as used, in the periods that its scope has. Whoever calls it writes the account.
local function spend(a, nanos, tokens)
  local lasting = a.scope == 'run' or a.scope == 'session'
  -- All are kept for days: it is enough to see to that once a day.
  a.kept = a[DS] == today
  if not a.kept then
    set(a, DS, today)
    if not lasting then
      set(a, DU, 0)
      set(a, DT, 0)
    end
  end
  if not lasting and a[MS] ~= month then
    set(a, MS, month)
    set(a, MU, 0)
    set(a, MT, 0)
  end
  for sum, field in ipairs(SUMS) do
    local amount = UNIT[sum] == 'u' and nanos or tokens
    if lasting == (PERIOD[sum] == 't') then
      add(a, field, amount)
    else
      a[field] = a[field] + amount
    end
  end
end

-- Claims are known by their run and what they are in it; that one is settled is known as long as
-- its run's account is.
local function settled(run, what) return redis.call('HEXISTS', prefix .. 'a:run:' .. run, '=' .. what) == 1 end
local function mark(a, what)
  if a.scope == 'run' then
    a.writes[#a.writes + 1] = '=' .. what
    a.writes[#a.writes + 1] = '1'
  end
end

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
      writes[#writes + 1] = text(math.min(MOST, (before[i] and tonumber(before[i]) or 0) + amounts[i]))
    end
  end
  redis.call('HSET', key, unpack(writes))
  if not before[1] then redis.call('PEXPIRE', key, kept) end
  return not before[1]
end

-- What was used on a day, by agent and model, and what a session used on each of its days.
local function count(order, nanos, input, cached, output, guessed, kept)
  local day, sessions = text(today), prefix .. 'sessions'
  local amounts = {1, guessed and 1 or 0, tonumber(input), tonumber(cached), tonumber(output), tonumber(nanos)}
  add_row(prefix .. 'use:' .. day, order.agent .. '|' .. order.model .. '|', amounts, kept)
  local first = add_row(prefix .. 'spent:' .. order.session, day .. '|', amounts, kept)
  if first then
    redis.call('ZADD', sessions, text(now), order.session)
    local old = redis.call('ZRANGEBYSCORE', sessions, '-inf', text(now - kept), 'LIMIT', 0, 2)
    if #old > 0 then redis.call('ZREM', sessions, unpack(old)) end
  end
end

-- Puts an amount in the place of what was reserved for a claim, in one account.
local function pay(a, order, what, nanos, tokens)
  if order then reserve(a, -tonumber(order.nanos), -tonumber(order.tokens)) end
  mark(a, what)
  spend(a, nanos, tokens)
  write(a)
  if not a.kept then keep(a) end
end

-- Settles at what was reserved those claims whose time is over, some of them.
local function expire(kept)
  for _, claim in ipairs(redis.call('ZRANGEBYSCORE', DUE, '-inf', text(now), 'LIMIT', 0, 20)) do
    local packed = redis.call('HGET', OPEN, claim)
    if packed then
      local order = cmsgpack.unpack(packed)
      for _, name in ipairs(order.names) do
        pay(account(name), order, order.what, tonumber(order.nanos), tonumber(order.tokens))
      end
      count(order, order.nanos, order.input, '0', order.output, true, kept)
    end
    close(claim)
  end
end
