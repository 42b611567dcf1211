-- Puts what a call came to in the place of what was reserved for it, once.
-- KEYS[1]: a key of the tenant
-- ARGV: prefix, run, what it is in its run, rank, session, agent, model, nanos, input, output,
--       cached input, whether that is only what was estimated, how long usage is kept, at how many
--       percent to warn (in between blanks), then names and limits of the accounts
-- Says whether anybody set a limit, then of each threshold that was passed the account, period,
-- unit, limit, what is used of it and the threshold
local run, what, rank = ARGV[2], ARGV[3], tonumber(ARGV[4])
local nanos, input, output = tonumber(ARGV[8]), ARGV[9], ARGV[10]
local tokens = input + output
local claim = run .. ' ' .. what
local FIRST = 15
local said = {redis.call('EXISTS', OVER)}

local packed = redis.call('HGET', OPEN, claim)
local order = packed and cmsgpack.unpack(packed)
if order and rank < order.rank then return said end
if not order and settled(run, what) then return said end

local function warn(a, given, sum)
  local most = limit(a, given, sum)
  if not most or most == 0 then return end
  local period, unit, so_far, passed = PERIOD[sum], UNIT[sum], used(a, sum), 0
  for percent in string.gmatch(ARGV[14], '%d+') do
    if so_far * 100 >= most * percent then passed = tonumber(percent) end
  end
  if passed == 0 then return end
  local stamp = text(period == 'd' and today or period == 'm' and month or 0) .. ':' .. text(most) .. ':'
  local field = 'w' .. period .. unit
  local warned = redis.call('HGET', a.key, field)
  if warned and string.sub(warned, 1, #stamp) == stamp
    and tonumber(string.sub(warned, #stamp + 1)) >= passed then return end
  redis.call('HSET', a.key, field, stamp .. text(passed))
  for _, value in ipairs({a.name, period, unit, text(most), text(so_far), text(passed)}) do
    said[#said + 1] = value
  end
end

for i = FIRST, #ARGV, 2 do
  local a, given = account(ARGV[i]), caps(ARGV[i + 1])
  pay(a, order, what, nanos, tokens)
  for sum = 1, #SUMS do warn(a, given, sum) end
end
if order then close(claim) end
count({session = ARGV[5], agent = ARGV[6], model = ARGV[7]}, nanos, input, ARGV[11], output,
  ARGV[12] == '1', ARGV[13])
return said
