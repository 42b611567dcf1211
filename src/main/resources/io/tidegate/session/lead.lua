-- Makes a replica the only one that does something for a while, if it is that already or none is.
-- KEYS: lock   ARGV: replica, milliseconds
local leader = redis.call('GET', KEYS[1])
if leader and leader ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
