-- Leaves a session without an owner, unless somebody else has it by now.
-- KEYS: meta   ARGV: epoch
if redis.call('HGET', KEYS[1], 'epoch') == ARGV[1] then redis.call('HSET', KEYS[1], 'owner', '') end
return {'OK'}
