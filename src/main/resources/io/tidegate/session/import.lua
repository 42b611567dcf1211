-- Writes the next entries of a session that is carried here from elsewhere. Until the last of them
-- the session is 'imported', and nobody else sees it.
-- KEYS: log, meta, then a blob and its referrers for each blob
-- ARGV: session, token of the import, agent, time, head, number of entries, whether they are the
--       last ('1'), the entries, the blobs
local log, meta = KEYS[1], KEYS[2]
local session, token, agent, at = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local head, entries, last = tonumber(ARGV[5]), tonumber(ARGV[6]), ARGV[7] == '1'
local FIRST = 8

local function seq(number)
  return string.format('%.0f', number)
end

local found = redis.call('HMGET', meta, 'v', 'state', 'head', 'importing')
if found[1] and found[1] ~= '1' then return {'NEWER', found[1]} end
if not found[1] then
  if head ~= 0 then return {'GONE', 'there is none'} end
  redis.call('HSET', meta, 'v', '1', 'state', 'imported', 'agent', agent, 'status', 'idle',
    'epoch', '1', 'owner', '', 'head', '0', 'created', at, 'updated', at, 'importing', token)
elseif found[4] ~= token then
  return {'STALE_HEAD', found[2] == 'whole' and 'it exists' or 'it is being ' .. found[2]}
elseif tonumber(found[3]) == head + entries then
  return {'OK'}
elseif found[2] ~= 'imported' or tonumber(found[3]) ~= head then
  return {'GONE', 'it is not as it was left'}
end

local arg = FIRST
for i = 1, entries do
  redis.call('XADD', log, seq(head + i) .. '-0', 'e', ARGV[arg])
  arg = arg + 1
end
for key = 3, #KEYS, 2 do
  redis.call('SET', KEYS[key], ARGV[arg], 'NX')
  redis.call('SADD', KEYS[key + 1], session)
  arg = arg + 1
end
redis.call('HSET', meta, 'head', seq(head + entries))
if last then redis.call('HSET', meta, 'state', 'whole') end
return {'OK'}
