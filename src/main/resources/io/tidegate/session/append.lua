-- Appends a batch to a session's log, whole or not at all: its owner's, which the epoch proves, or
-- facts from outside, which only the log's end must bear out: how long it is, and the tag of its last
-- entry if it is known. A session at rest is anybody's: who appends with the epoch after the last one,
-- on the end that the log has, owns it from then on.
-- Says who owns the session and who listens.
-- KEYS: log, meta, then a blob and its referrers for each blob
-- ARGV: session, owner or the name of the facts, agent, status, epoch or nothing, head, first at,
--       last at, tag of the entry at the head, tag of the last entry ('0' if it is not known), number
--       of entries, number of meta fields, the entries, the names and values of the meta fields, the blobs
local log, meta = KEYS[1], KEYS[2]
local session, owner, agent, status = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local epoch, head = tonumber(ARGV[5]), tonumber(ARGV[6])
local tag, entries, fields = ARGV[9], tonumber(ARGV[11]), tonumber(ARGV[12])
local FIRST = 13

local function id(seq)
  return string.format('%.0f-0', seq)
end

-- Whether the batch was appended before, by a writer that did not hear of it.
local function repeated()
  if entries == 0 then return true end
  local stored = redis.call('XRANGE', log, id(head + 1), id(head + entries))
  if #stored ~= entries then return false end
  for i = 1, entries do
    if stored[i][2][2] ~= ARGV[FIRST + i - 1] then return false end
  end
  return true
end

local function busy(what) return what == 'running' or what == 'queued' end

-- The replicas that want to hear of it; those that have said so too long ago are forgotten.
local function listeners(noted)
  if not noted then return '' end
  local now, heard = tonumber(redis.call('TIME')[1]), {}
  for replica, till in string.gmatch(noted, '(%S+)@(%d+)') do
    if tonumber(till) >= now then heard[#heard + 1] = replica end
  end
  if #heard == 0 then redis.call('HDEL', meta, 'listeners') end
  return table.concat(heard, ' ')
end

local found = redis.call('HMGET', meta, 'v', 'epoch', 'head', 'state', 'owner', 'listeners', 'status', 'added', 'tag')
local version, at_epoch, at_head = found[1], tonumber(found[2] or 0), tonumber(found[3] or 0)
-- A log that lost its end in a fail-over may be as long as it was, and yet another.
local at_tag = found[9] or '0'
local ends_there = head == at_head and (tag == at_tag or tag == '0' or at_tag == '0')
if version then
  if version ~= '1' then return {'NEWER', version} end
  if found[4] ~= 'whole' then return {'GONE', 'it is being ' .. found[4]} end
  local claims = epoch and epoch == at_epoch + 1 and ends_there and not busy(found[7])
  if claims then
    at_epoch, found[5] = epoch, owner
    redis.call('HSET', meta, 'epoch', string.format('%.0f', epoch), 'owner', owner)
  end
  if epoch and head ~= 0 and (at_epoch ~= epoch or found[5] ~= owner) then
    -- An owner may have owned it anew without hearing so: its request came through late.
    local why = at_epoch ~= epoch and found[5] == owner and 'STALE_HEAD' or 'FENCED'
    return {why, 'epoch ' .. string.format('%.0f', at_epoch) .. ' of ' .. found[5] .. ' owns it'}
  end
  if not ends_there or head == 0 then
    -- Others may have found the same facts at the same time: theirs have another name.
    -- So may those have who make the same session at the same time.
    local mine = not epoch and found[8] == owner
    if epoch then mine = at_epoch == epoch and (head ~= 0 or found[5] == owner) end
    if mine and at_head >= head + entries and repeated() then
      return {'OK', found[5], listeners(found[6])}
    end
    return {'STALE_HEAD', 'its head is ' .. string.format('%.0f', at_head) .. ' of ' .. at_tag}
  end
elseif head ~= 0 or epoch ~= 1 then
  return {'GONE', 'there is none'}
else
  redis.call('HSET', meta, 'v', '1', 'state', 'whole', 'agent', agent, 'epoch', '1',
    'owner', owner, 'created', ARGV[7])
end

-- Who owned a session that was at rest may have forgotten it: somebody must be found for it.
if version and not epoch and busy(status) and not busy(found[7]) then
  found[5] = ''
  redis.call('HSET', meta, 'owner', '')
end

local arg = FIRST
for i = 1, entries do
  redis.call('XADD', log, id(head + i), 'e', ARGV[arg])
  arg = arg + 1
end
if not epoch then redis.call('HSET', meta, 'added', owner) end
local set = {'status', status, 'head', string.format('%.0f', head + entries), 'updated', ARGV[8],
  'tag', ARGV[10]}
for i = 1, fields do
  set[#set + 1] = ARGV[arg]
  set[#set + 1] = ARGV[arg + 1]
  arg = arg + 2
end
redis.call('HSET', meta, unpack(set))
for key = 3, #KEYS, 2 do
  redis.call('SET', KEYS[key], ARGV[arg], 'NX')
  redis.call('SADD', KEYS[key + 1], session)
  arg = arg + 1
end
return {'OK', version and found[5] or owner, listeners(found[6])}
