-- Copies the next entries of a log to the log of a new session of the same family, and at last
-- appends the entry that says so. Until then the new session is 'forked', and nobody else sees it.
-- KEYS: log and meta of the old session, log and meta of the new
-- ARGV: prefix of the family's blobs, old session, new session, last seq to copy, the entry that says
--       so, its time, owner, agent, how many entries to copy at once
local from_log, from_meta, log, meta = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local blobs, parent, session, entry = ARGV[1], ARGV[2], ARGV[3], ARGV[5]
local last, at, owner, agent, chunk = tonumber(ARGV[4]), ARGV[6], ARGV[7], ARGV[8], tonumber(ARGV[9])

local function id(seq)
  return string.format('%.0f-0', seq)
end

local old = redis.call('HMGET', from_meta, 'v', 'state', 'head')
if not old[1] then return {'GONE', 'there is none'} end
if old[1] ~= '1' then return {'NEWER', old[1]} end
if old[2] ~= 'whole' then return {'GONE', 'it is being ' .. old[2]} end
if last > tonumber(old[3]) then return {'STALE_HEAD', 'its head is ' .. old[3]} end

local copied = 0
local new = redis.call('HMGET', meta, 'v', 'state', 'head', 'forking')
if not new[1] then
  redis.call('HSET', meta, 'v', '1', 'state', 'forked', 'agent', agent, 'status', 'idle', 'epoch', '1',
    'owner', owner, 'head', '0', 'parent', parent, 'forked-at', ARGV[4], 'created', at, 'updated', at,
    'forking', entry)
elseif new[2] == 'forked' and new[4] == entry then
  copied = tonumber(new[3])
else
  local said = redis.call('XRANGE', log, id(last + 1), id(last + 1))
  if #said == 1 and said[1][2][2] == entry then return {'OK'} end
  return {'STALE_HEAD', session .. ' exists'}
end

local entries = redis.call('XRANGE', from_log, id(copied + 1), id(last), 'COUNT', chunk)
for _, stored in ipairs(entries) do
  redis.call('XADD', log, stored[1], 'e', stored[2][2])
  for digest in string.gmatch(stored[2][2], '{"ref":"(sha256:%x+)"') do
    redis.call('SADD', blobs .. digest .. ':refs', session)
  end
end
copied = copied + #entries
redis.call('HSET', meta, 'head', string.format('%.0f', copied))
if copied < last then return {'MORE'} end

redis.call('XADD', log, id(last + 1), 'e', entry)
redis.call('HSET', meta, 'head', string.format('%.0f', last + 1), 'state', 'whole')
redis.call('HDEL', meta, 'forking')
return {'OK'}
