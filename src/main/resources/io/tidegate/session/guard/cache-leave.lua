-- Ends a flight without a result.
-- KEYS: results, when they end, the flight
-- ARGV: the flight
if redis.call('GET', KEYS[3]) == ARGV[1] then redis.call('DEL', KEYS[3]) end
return 1
