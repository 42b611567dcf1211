-- Keeps a session's snapshot in place of an older one, if the session has all that it was made of.
-- KEYS: meta, snapshot   ARGV: head of the snapshot, the snapshot
local found = redis.call('HMGET', KEYS[1], 'v', 'state', 'head', 'snapshot')
if not found[1] then return {'GONE', 'there is none'} end
if found[1] ~= '1' then return {'NEWER', found[1]} end
if found[2] ~= 'whole' then return {'GONE', 'it is being ' .. found[2]} end
local head, at_head, kept = tonumber(ARGV[1]), tonumber(found[3]), tonumber(found[4] or 0)
if head > at_head then return {'STALE_HEAD', 'its head is ' .. found[3]} end
if head >= kept or kept > at_head or redis.call('EXISTS', KEYS[2]) == 0 then
  redis.call('SET', KEYS[2], ARGV[2])
  redis.call('HSET', KEYS[1], 'snapshot', ARGV[1])
end
return {'OK'}
