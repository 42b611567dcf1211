-- Makes a claimant the only one to deliver to a hook of a session for a while, if there is something
-- after its place. A place reads: seq, tries, due, claimed until, claimant, the runs that are open.
-- KEYS: meta   ARGV: the hook's field, claimant, now, until, where a hook without a place begins,
--                    the field without which there is no such hook any more, or nothing
local field, claimant, now = ARGV[1], ARGV[2], tonumber(ARGV[3])
local found = redis.call('HMGET', KEYS[1], 'v', 'state', 'head', 'forked-at', field)
if found[1] ~= '1' or found[2] ~= 'whole' or found[5] == 'closed' then return {'NOTHING'} end
if ARGV[6] ~= '' and redis.call('HEXISTS', KEYS[1], ARGV[6]) == 0 then return {'NOTHING'} end

local seq, tries, due, till, holder, open = ARGV[5], '0', '0', '0', '-', '-'
if found[5] then
  seq, tries, due, till, holder, open =
    string.match(found[5], '^(%d+) (%d+) (%d+) (%d+) (%S+) (%S+)$')
elseif tonumber(found[4] or 0) > tonumber(seq) then
  seq = found[4]
end
if tonumber(seq) >= tonumber(found[3]) then return {'NOTHING'} end
if tonumber(till) > now and holder ~= claimant then return {'LATER', till} end
if tonumber(due) > now then return {'LATER', due} end

redis.call('HSET', KEYS[1], field, table.concat({seq, tries, due, ARGV[4], claimant, open}, ' '))
return {'HELD', seq, tries, due, open, found[5] and 'known' or 'fresh'}
