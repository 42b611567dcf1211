-- Puts off the loss of permits that are out.
-- KEYS: permits by the time when they are lost
-- ARGV: milliseconds until they are lost, permits
local time = redis.call('TIME')
local lost = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1])
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], 'XX', lost, ARGV[i]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
