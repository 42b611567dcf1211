-- Gives back what was reserved for a call that cost nothing.
-- KEYS[1]: a key of the tenant
-- ARGV: prefix, run, what it is in its run, rank
local claim = ARGV[2] .. ' ' .. ARGV[3]
local packed = redis.call('HGET', OPEN, claim)
if not packed then return 0 end
local order = cmsgpack.unpack(packed)
if tonumber(ARGV[4]) < order.rank then return 0 end
for _, name in ipairs(order.names) do
  local a = account(name)
  reserve(a, -tonumber(order.nanos), -tonumber(order.tokens))
  write(a)
  keep(a)
end
close(claim)
return 1
