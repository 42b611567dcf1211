-- Names sessions that wait for a budget which has room for them now, as many as there is room for.
-- One that is named is named again five seconds later, unless it is under way or at an end by then.
-- KEYS[1]: a key of the tenant
-- ARGV: prefix, how many to look at, the account or nothing for one that is due, from which place
-- Says the account, the place to go on from or -1, then sessions and what to call their turn
local SUM_OF = {tu = 1, tt = 2, du = 3, dt = 4, mu = 5, mt = 6}
local most, from = tonumber(ARGV[2]), tonumber(ARGV[4])
local name = ARGV[3]
if name == '' then
  name = redis.call('ZRANGEBYSCORE', SCOPES, '-inf', text(now), 'LIMIT', 0, 1)[1]
  if not name then return {} end
end
local waits, needs = prefix .. 'waits:' .. name, prefix .. 'needs:' .. name
local all = redis.call('ZRANGE', waits, from, from + most - 1, 'WITHSCORES')
if #all == 0 and from == 0 then
  redis.call('ZREM', SCOPES, name)
  redis.call('DEL', needs)
  return {name, -1}
end
local a, taken, said, moved = account(name), {}, {name, -1}, 0
for i = 1, #all, 2 do
  local session, since = all[i], tonumber(all[i + 1])
  local which, need, given = string.match(redis.call('HGET', needs, session) or '', '^(%a+) (%d+) (%S+)$')
  if not which then
    redis.call('ZREM', waits, session)
    moved = moved + 1
  elseif since <= now then
    local sum = SUM_OF[which]
    local cap = a[FIRST_LIMIT + sum] or tonumber(given)
    local base = taken[which] or used(a, sum) + reserved(a, sum)
    if not cap or base + need <= cap then
      taken[which] = base + need
      local turn = text(now + 5000)
      redis.call('ZADD', waits, turn, session)
      moved = moved + 1
      said[#said + 1], said[#said + 2] = session, turn
    end
  end
end
redis.call('ZADD', SCOPES, text(now + (moved > 0 and 5000 or 30000)), name)
if #all == 2 * most then said[2] = from + most - moved end
return said
