-- Removes members of a hint, but those that were written again since.
-- KEYS: a sorted set   ARGV: a member and the score with which it was seen, and so on
for i = 1, #ARGV, 2 do
  local score = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if score and tonumber(score) == tonumber(ARGV[i + 1]) then
    redis.call('ZREM', KEYS[1], ARGV[i])
  end
end
return redis.status_reply('OK')
