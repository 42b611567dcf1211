-- More tokens were used than were taken, or fewer: a negative number gives back.
-- KEYS: quota   ARGV: tokens
if redis.call('HEXISTS', KEYS[1], 'tokens:level') == 0 then return 0 end
redis.call('HINCRBYFLOAT', KEYS[1], 'tokens:level', string.format('%.3f', -tonumber(ARGV[1])))
return 1
