-- Makes the caller a session's only writer.
-- KEYS: meta   ARGV: owner
local found = redis.call('HMGET', KEYS[1], 'v', 'state')
if not found[1] then return {'GONE', 'there is none'} end
if found[1] ~= '1' then return {'NEWER', found[1]} end
if found[2] ~= 'whole' then return {'GONE', 'it is being ' .. found[2]} end
local epoch = redis.call('HINCRBY', KEYS[1], 'epoch', 1)
redis.call('HSET', KEYS[1], 'owner', ARGV[1])
return {'OK', string.format('%.0f', epoch)}
