-- What is known of a breaker: the number of its last opening, and how long it stays open yet in
-- milliseconds, -1 if it is closed.
-- KEYS: breaker
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local found = redis.call('HMGET', KEYS[1], 'state', 'opening', 'until')
if not found[1] then return {'0', '-1'} end
if found[1] == 'closed' then return {found[2], '-1'} end
return {found[2], string.format('%.0f', math.max(0, tonumber(found[3]) - now))}
