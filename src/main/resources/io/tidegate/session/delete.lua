-- Deletes the next entries of a session's log, with the blobs that no other session refers to, and
-- at last its record. Until then the session is 'deleted', and nobody else sees it.
-- KEYS: log, meta, snapshot
-- ARGV: prefix of the family's blobs, session, how many entries to delete at once, and maybe a field
--       of the record and the value that it must have
local log, meta, blobs, session = KEYS[1], KEYS[2], ARGV[1], ARGV[2]

local version = redis.call('HGET', meta, 'v')
if not version then return {'GONE', 'there is none'} end
if version ~= '1' then return {'NEWER', version} end
if ARGV[4] and redis.call('HGET', meta, ARGV[4]) ~= ARGV[5] then return {'STALE_HEAD', 'it went on'} end
redis.call('HSET', meta, 'state', 'deleted')

local entries = redis.call('XRANGE', log, '-', '+', 'COUNT', ARGV[3])
for _, stored in ipairs(entries) do
  for digest in string.gmatch(stored[2][2], '{"ref":"(sha256:%x+)"') do
    local blob = blobs .. digest
    redis.call('SREM', blob .. ':refs', session)
    if redis.call('EXISTS', blob .. ':refs') == 0 then redis.call('DEL', blob) end
  end
  redis.call('XDEL', log, stored[1])
end
if redis.call('XLEN', log) > 0 then return {'MORE'} end

redis.call('DEL', log, meta, KEYS[3])
return {'OK'}
