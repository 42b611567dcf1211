-- Makes an incarnation a session's only writer, if the session is as the caller knows it.
-- KEYS: meta   ARGV: owner, epoch, head
local found = redis.call('HMGET', KEYS[1], 'v', 'state', 'epoch', 'head')
if not found[1] then return {'GONE', 'there is none'} end
if found[1] ~= '1' then return {'NEWER', found[1]} end
if found[2] ~= 'whole' then return {'GONE', 'it is being ' .. found[2]} end
if found[3] ~= ARGV[2] or found[4] ~= ARGV[3] then return {'STALE_HEAD', 'it went on'} end
local epoch = redis.call('HINCRBY', KEYS[1], 'epoch', 1)
redis.call('HSET', KEYS[1], 'owner', ARGV[1])
return {'OK', string.format('%.0f', epoch)}
