-- Leaves the list of one instance. The grammar is that of SharedHotKeys.
--
-- KEYS[1]  the key
-- ARGV     instance, list, now (ms), most instances, life of the key (ms)
--
-- Returns 1.

local key, instance, most = KEYS[1], ARGV[1], tonumber(ARGV[4])

local kind = redis.call('TYPE', key).ok
if kind ~= 'hash' and kind ~= 'none' then
  redis.call('UNLINK', key)
end

local others = {}
for id, time in string.gmatch(redis.call('HGET', key, 'times') or '', '(%S+) (%d+)\n') do
  if id ~= instance then
    others[#others + 1] = {id, time}
  end
end
table.sort(others, function(a, b) return tonumber(a[2]) > tonumber(b[2]) end)
local lines = instance .. ' ' .. ARGV[3] .. '\n'
for n, other in ipairs(others) do
  if n < most then
    lines = lines .. other[1] .. ' ' .. other[2] .. '\n'
  else
    redis.call('HDEL', key, 'l' .. other[1])
  end
end
redis.call('HSET', key, 'times', lines, 'l' .. instance, ARGV[2])
redis.call('PEXPIRE', key, ARGV[5])
return 1
