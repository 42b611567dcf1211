-- How accounts stand. Amounts are given as they are kept, so that they are exact.
-- KEYS[1]: a key of the tenant
-- ARGV: prefix, accounts
local said = {}
for i = 2, #ARGV do
  local values = redis.call('HMGET', prefix .. 'a:' .. ARGV[i], unpack(FIELDS))
  for j = 1, #FIELDS do values[j] = values[j] or '' end
  if tonumber(values[5]) ~= today then values[6], values[7] = '', '' end
  if tonumber(values[8]) ~= month then values[9], values[10] = '', '' end
  said[#said + 1] = values
end
return said
