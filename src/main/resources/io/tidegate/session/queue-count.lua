-- Sets what an incarnation has running in place of what was counted; a dead one has nothing.
-- KEYS: totals, living, what the incarnation has running
-- ARGV: incarnation, then tenants and their numbers
local totals, living, counts = KEYS[1], KEYS[2], KEYS[3]
local known = redis.call('HGETALL', counts)
redis.call('DEL', counts)
for i = 1, #known, 2 do redis.call('HINCRBY', totals, known[i], -known[i + 1]) end
if redis.call('ZSCORE', living, ARGV[1]) then
  for i = 2, #ARGV, 2 do
    redis.call('HSET', counts, ARGV[i], ARGV[i + 1])
    redis.call('HINCRBY', totals, ARGV[i], ARGV[i + 1])
  end
end
for i = 1, #known, 2 do
  if tonumber(redis.call('HGET', totals, known[i])) == 0 then redis.call('HDEL', totals, known[i]) end
end
return 1
