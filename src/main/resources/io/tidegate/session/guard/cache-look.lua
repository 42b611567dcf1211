-- Looks for a result; if there is none and nobody gets it, the caller is to.
-- KEYS: results, when they end, the flight
-- ARGV: key, the caller's flight, milliseconds after which nobody counts on it any more
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ends = redis.call('ZSCORE', KEYS[2], ARGV[1])
if ends and tonumber(ends) > now then
  local result = redis.call('HGET', KEYS[1], ARGV[1])
  if result then return '=' .. result end
end
if redis.call('SET', KEYS[3], ARGV[2], 'NX', 'PX', ARGV[3]) then return '+' end
return '-'
