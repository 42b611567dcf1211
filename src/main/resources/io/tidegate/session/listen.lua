-- Notes that a replica wants to hear of a session's appends for a while.
-- KEYS: meta   ARGV: replica, milliseconds
local found = redis.call('HMGET', KEYS[1], 'v', 'listeners')
if not found[1] then return {'GONE', 'there is none'} end
if found[1] ~= '1' then return {'NEWER', found[1]} end
local now = tonumber(redis.call('TIME')[1])
local noted = {ARGV[1] .. '@' .. string.format('%.0f', now + math.ceil(tonumber(ARGV[2]) / 1000))}
for replica, till in string.gmatch(found[2] or '', '(%S+)@(%d+)') do
  if replica ~= ARGV[1] and tonumber(till) >= now then noted[#noted + 1] = replica .. '@' .. till end
end
redis.call('HSET', KEYS[1], 'listeners', table.concat(noted, ' '))
return {'OK'}
