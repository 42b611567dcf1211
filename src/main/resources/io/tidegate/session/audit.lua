-- Keeps deeds, each once whoever tells of it again, and drops the note that they were on their way.
-- KEYS: the tenant's deeds by their time, its notes   ARGV: the note, then a time and a deed, and so on
for i = 2, #ARGV, 2 do
  redis.call('ZADD', KEYS[1], ARGV[i], ARGV[i + 1])
end
redis.call('ZREM', KEYS[2], ARGV[1])
return redis.status_reply('OK')
