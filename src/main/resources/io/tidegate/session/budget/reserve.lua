-- Reserves what a call may come to on all its levels, or on none.
-- KEYS[1]: a key of the tenant
-- ARGV: prefix, run, what it is in its run, rank, session, agent, model, nanos, input, output,
--       lifetime, what the journal knows its run to have used: nanos, tokens; how long usage is
--       kept, then names and limits of the accounts
-- Says: granted, held or refused; whether anybody set a limit; the account, period, unit, limit and
--       what is used of it
local run, what, rank = ARGV[2], ARGV[3], tonumber(ARGV[4])
local nanos, input, output = ARGV[8], ARGV[9], ARGV[10]
local tokens = text(input + output)
local need = {u = tonumber(nanos), t = tonumber(tokens)}
local claim = run .. ' ' .. what
local any = redis.call('EXISTS', OVER)
local FIRST = 15

expire(ARGV[14])
local before = redis.call('HGET', OPEN, claim)
if before then
  local order = cmsgpack.unpack(before)
  if rank > order.rank then
    order.rank = rank
    redis.call('HSET', OPEN, claim, cmsgpack.pack(order))
  end
  return {'granted', any}
end

local accounts, names, held = {}, {}, nil
for i = FIRST, #ARGV, 2 do
  local a, given = account(ARGV[i]), caps(ARGV[i + 1])
  accounts[#accounts + 1], names[#names + 1] = a, a.name
  if a.scope == 'run' then
    a[TU], a[TT] = math.max(a[TU], tonumber(ARGV[12])), math.max(a[TT], tonumber(ARGV[13]))
  end
  for sum = 1, #SUMS do
    local most = limit(a, given, sum)
    local unit = UNIT[sum]
    if most and need[unit] > 0 then
      local period, so_far = PERIOD[sum], used(a, sum)
      if so_far + need[unit] > most then
        -- Whoever raises it finds the session that waits for it.
        redis.call('ZADD', prefix .. 'waits:' .. a.name, text(now), ARGV[5])
        redis.call('HSET', prefix .. 'needs:' .. a.name, ARGV[5],
          period .. unit .. ' ' .. text(need[unit]) .. ' ' .. (given[sum] and text(given[sum]) or '-'))
        redis.call('ZADD', SCOPES, 'NX', text(now + 30000), a.name)
        return {'refused', any, a.name, period, unit, text(most), text(so_far)}
      elseif so_far + reserved(a, sum) + need[unit] > most then
        held = held or {'held', any, a.name, period, unit, text(most), text(so_far)}
      end
    end
  end
end
if held then return held end

for _, a in ipairs(accounts) do
  reserve(a, need.u, need.t)
  write(a)
  -- A claim that was settled, and then lost with the journal's end, is reserved anew.
  if a.scope == 'run' and a[DS] > 0 then redis.call('HDEL', a.key, '=' .. what) end
end
redis.call('HSET', OPEN, claim, cmsgpack.pack({
  rank = rank, run = run, what = what, session = ARGV[5], agent = ARGV[6], model = ARGV[7],
  nanos = nanos, input = input, output = output, tokens = tokens, names = names}))
redis.call('ZADD', DUE, text(now + ARGV[11]), claim)
if redis.call('EXISTS', SCOPES) == 1 then
  for _, name in ipairs(names) do
    redis.call('ZREM', prefix .. 'waits:' .. name, ARGV[5])
    redis.call('HDEL', prefix .. 'needs:' .. name, ARGV[5])
  end
end
return {'granted', any}
