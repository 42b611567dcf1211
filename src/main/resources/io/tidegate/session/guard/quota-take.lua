-- Takes a request and its tokens from the two buckets of a key, or says how long to wait.
-- A bucket's level falls below zero when one question is larger than what the bucket holds: it may
-- go when the bucket is full, and the next wait for it.
-- KEYS: quota   ARGV: requests a minute, tokens a minute (0 for no limit), tokens to take,
--                     share of a minute that may go at once, milliseconds to remember it
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local MINUTE = 60000

local found = redis.call('HMGET', KEYS[1], 'cool', 'told')
local wait = math.max(0, tonumber(found[1] or 0) - now)
local told = tonumber(found[2] or 0) > now

local function bucket(name, perMinute, amount)
  local known = redis.call('HMGET', KEYS[1], name .. ':level', name .. ':at',
    name .. ':most', name .. ':rate')
  local most, rate
  if perMinute > 0 then
    most, rate = math.max(1, perMinute * ARGV[4]), perMinute / MINUTE
  end
  if told and known[3] then
    most = math.min(most or math.huge, tonumber(known[3]))
    rate = math.min(rate or math.huge, tonumber(known[4]))
  end
  if not most then return nil end
  local level = tonumber(known[1] or most) + (now - tonumber(known[2] or now)) * rate
  level = math.min(most, level)
  local needed = math.min(amount, most)
  if level < needed then wait = math.max(wait, math.ceil((needed - level) / rate)) end
  return {name, level, amount}
end

local buckets = {}
for _, one in ipairs({
  bucket('requests', tonumber(ARGV[1]), 1) or false,
  bucket('tokens', tonumber(ARGV[2]), tonumber(ARGV[3])) or false,
}) do
  if one then buckets[#buckets + 1] = one end
end
if wait > 0 then return string.format('%.0f', wait) end
for _, one in ipairs(buckets) do
  redis.call('HSET', KEYS[1], one[1] .. ':level', string.format('%.3f', one[2] - one[3]),
    one[1] .. ':at', string.format('%.0f', now))
end
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return '0'
